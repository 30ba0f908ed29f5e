import ByteIO
import ImageAudit
import ImageModel
import ImagePlanning
import Registry

@testable import ImageSources

/// The properties of whole sources: an archive in, a graph out. Each check returns whether the input is accepted.
enum ImageProperties {
    static func dockerList(_ bytes: [UInt8]) throws -> Bool {
        let files = ListAlone(bytes: bytes)
        let log = DefectLog(isSurvey: true)
        _ = try? DockerArchive().recognises(files)
        let list = try? DockerList(in: files, log)
        if let list {
            try expect(list.bytes == bytes, "a list keeps its bytes")
            try expect(list.entries.count <= bytes.count, "entries are in the list")
        }
        _ = try? DockerArchive().read(files, log, keepsLists: true)
        return list != nil
    }

    private static func open(_ file: borrowing MemoryFile, isSurvey: Bool = false) throws -> Source {
        try Source.open(
            SourceReference(placeless: file.path), RegistryAccess(RegistryOptions()) { _ in Unreachable() },
            OpeningPolicy(isSurvey: isSurvey))
    }

    /// What is written of a graph is read as the same graph.
    static func image(_ bytes: [UInt8]) throws -> Bool {
        let file = try MemoryFile(bytes)
        guard let source = try? open(file), try isSound(source.graph) else { return false }
        let input = MergeInput(source: "x", graph: source.graph, declared: nil)
        guard let plan = try? Merge.plan([input], MergeOptions()).plan else { return false }
        var isWritten = false
        for form in [OCIArchiveForm.plain, .portable()] {
            guard let archived = try? form.archived(plan) else { continue }
            let written = try MemoryFile(try archive(archived))
            try compare(archived.graph, try open(written).graph)
            isWritten = true
        }
        if let docker = try? DockerArchiveForm().archived(plan) { _ = try open(try MemoryFile(try archive(docker))) }
        return isWritten
    }

    /// Whether all blobs have the size and the digest that documents state. Sinks refuse others.
    private static func isSound(_ graph: ImageGraph) throws -> Bool {
        for (digest, source) in graph.blobs {
            guard let bytes = try? source.bytes(limit: 1 << 20),
                Digest(of: bytes, algorithm: digest.algorithm) == digest
            else { return false }
        }
        return true
    }

    private static func archive(_ plan: WritePlan) throws -> [UInt8] {
        let blobs = Dictionary(plan.blobs.map { ($0.digest, $0.source) }) { first, _ in first }
        var bytes: [UInt8] = []
        for member in plan.members {
            let content: [UInt8]
            var kind: TarHeaderWriter.Kind?
            switch member.content {
            case .bytes(let given): content = given
            case .document(let document): content = document.bytes
            case .blob(let digest, _): content = try blobs[digest]?.bytes(limit: 1 << 20) ?? []
            case .directory: (content, kind) = ([], .directory)
            case .link(let target): (content, kind) = ([], .link(to: target))
            }
            bytes += TarHeaderWriter.bytes(member.name, kind ?? .file(size: Int64(content.count)))
            bytes += content
            let padding = TarHeaderWriter.padded(Int64(content.count)) - Int64(content.count)
            bytes += [UInt8](repeating: 0, count: Int(padding))
        }
        return bytes + [UInt8](repeating: 0, count: Int(TarHeaderWriter.endSize))
    }

    private static func compare(_ written: ImageGraph, _ read: ImageGraph) throws {
        try expect(names(read) == names(written), "the names are the same: \(names(read)) \(names(written))")
        try expect(Set(read.documents.keys) == Set(written.documents.keys), "the documents are the same")
        try expect(Set(read.blobs.keys) == Set(written.blobs.keys), "the blobs are the same")
    }

    /// The names with the digests of their images, and the digests of images without a name.
    private static func names(_ graph: ImageGraph) -> Set<String> {
        Set(
            graph.roots.flatMap { root in
                root.labels.isEmpty
                    ? ["\(root.descriptor.digest)"] : root.labels.map { "\(root.descriptor.digest) \($0)" }
            })
    }

    /// A source without findings can be opened.
    static func verify(_ bytes: [UInt8]) throws -> Bool {
        let file = try MemoryFile(bytes)
        guard let survey = try? open(file, isSurvey: true) else { return false }
        let outcome = try Verification.run(
            AuditSubject(
                graph: survey.graph, hidesContent: survey.hidesContent, isCutOff: survey.isCutOff),
            threads: 1)
        guard survey.defects.isEmpty, !outcome.findings.contains(where: { $0.severity == .error }) else { return false }
        let again = try open(file)
        try expect(
            again.graph.roots.map(\.descriptor) == survey.graph.roots.map(\.descriptor),
            "a source without findings has the same roots")
        return true
    }
}

/// No registry can be reached.
private struct Unreachable: HTTPTransport {
    func send(_ request: HTTPRequest) throws(IOFailure) -> HTTPResponse {
        throw IOFailure(.send, request.address.shown, .network(.unresolvedHost))
    }
}

/// An archive with docker's list alone.
private struct ListAlone: ImageFiles {
    let bytes: [UInt8]
    let path = "x"
    let isArchive = true
    let topNames: Set<String> = ["manifest.json"]
    let names = ["manifest.json"]

    func file(_ name: String) -> (any ByteSource)? {
        name == "manifest.json" ? MemoryBytes(bytes, path: path) : nil
    }

    func all() -> [ListedFile] { [] }
}
