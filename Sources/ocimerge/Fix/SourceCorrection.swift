internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// One source, what shall become of its images, and what that means for the files of the source itself.
struct Correction {
    let source: OpenedSource
    let plan: FixPlan
    private let platforms: [Digest: Platform]

    init(_ source: OpenedSource, _ choice: FixChoice, _ console: Console) throws {
        self.source = source
        let name = source.reference.text
        for note in source.notes {
            NoteMessage.sentence(for: note, source: name, isCorrected: false).map(console.warn)
        }
        platforms = try choice.platforms(in: source, console)
        plan = try FixPlan(
            source.graph, platforms, names: source.everyRoot.flatMap(\.labels), source: name)
        try choice.objections(to: platforms, in: source).forEach(console.warn)
        for note in plan.notes { console.warn(FixMessage.sentence(for: note, source: name)) }
    }

    /// What changes in the files of the source, where it stays what it is.
    func edits(of description: SelfDescription, _ console: Console) throws -> [MemberEdit] {
        let graph = description.graph
        var byConfig: [Digest: Platform] = [:]
        for (manifest, platform) in platforms {
            if let config = try source.graph.manifest(manifest)?.config.digest { byConfig[config] = platform }
        }
        var table = platforms
        // A manifest that reading mended stands in the source as it was written.
        for document in graph.documents.values where document.mediaType.isManifest {
            guard source.graph.documents[document.digest] == nil,
                let config = try graph.manifest(ifManifest: document.digest)?.config.digest
            else { continue }
            table[document.digest] = byConfig[config]
        }
        let corrected = try graph.corrected(table, top: description.top)
        let edits = try description.edits(
            MemberCorrection(
                documents: corrected.edits.map { ($0.before, $0.after) }, kept: corrected.reachable(),
                platforms: byConfig, legacy: { bytes, platform in try LegacyImage.corrected(bytes, to: platform) }))
        let signatures = edits.isEmpty ? [] : try description.signatureFiles
        if !signatures.isEmpty {
            console.warn(FixMessage.signatureFiles(signatures, source: source.reference.text))
        }
        return edits
    }

    func report(
        _ request: FixRequest, isChanged: Bool, pushed: PushedContent? = nil,
        differences: () throws -> [FixDifference] = { [] }
    ) throws -> FixReport {
        FixReport(
            source: request.source, destination: request.output, isDryRun: request.run.dryRun, isChanged: isChanged,
            roots: try plan.roots(), everyRoot: Set(plan.corrected.graph.roots.map(\.descriptor.digest)).sorted(),
            differences: request.run.dryRun ? try differences() : [], pushed: pushed)
    }
}

/// A correction that was asked for in a way that cannot be.
enum FixError: Error {
    case declaredPlatform(source: String)
    case stream(source: String)
    case unnamedUpdate(source: String)
    /// One file cannot take the place of several.
    case volumes(source: String)
    /// Somebody typed two for images that say the same one.
    case twoPlatforms(of: Platform, Platform, Platform)

    /// The command line is wrong, not the world.
    var isUsage: Bool {
        switch self {
        case .declaredPlatform, .twoPlatforms: true
        case .stream, .unnamedUpdate, .volumes: false
        }
    }
}
