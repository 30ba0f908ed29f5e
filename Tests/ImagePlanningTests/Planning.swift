import ImageModel
import TestSupport

@testable import ImagePlanning

/// Shared code of the planning tests: inputs by name, and a plan as comparable text.
enum Planning {
    static func input(_ source: String, _ graph: ImageGraph, declared: String? = nil) throws -> MergeInput {
        MergeInput(source: source, graph: graph, declared: try declared.map { try Platform(parsing: $0) })
    }

    static func plan(_ inputs: [MergeInput], tags: [String] = [], platforms: [String] = []) throws -> MergeOutcome {
        try Merge.plan(
            inputs,
            MergeOptions(
                tags: tags.compactMap { ImageName(parsing: $0) },
                platforms: try platforms.map { try Platform(parsing: $0) }))
    }

    static func plan(_ graphs: ImageGraph..., tags: [String] = [], platforms: [String] = []) throws -> MergeOutcome {
        try plan(
            try graphs.enumerated().map { try input("s\($0.offset)", $0.element) }, tags: tags, platforms: platforms)
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static func index(_ outcome: MergeOutcome, _ image: Int = 0) throws -> IndexView {
        let root = outcome.images[image].root.digest
        let document = outcome.plan.documents.first { $0.digest == root }
        return try IndexView(bytes: document?.bytes ?? [])
    }

    /// Everything that a sink receives, as text.
    static func facts(_ plan: WritePlan) throws -> [String] {
        try ["index " + text(RootIndex.bytes(plan.roots))] + plan.documents.map { "document \($0.digest)" }.sorted()
            + plan.blobs.map { "blob \($0.digest) \($0.size)" }
    }
}
