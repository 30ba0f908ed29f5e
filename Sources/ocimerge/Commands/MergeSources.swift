internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// What a merge works on: what its spec names, then what the command line adds.
struct MergeSources {
    private(set) var references: [SourceReference] = []
    private(set) var names: [ImageName] = []
    private(set) var annotations: [Annotation] = []

    init(_ request: MergeRequest, _ console: Console) throws {
        let tags = try MergeCommand.names(request.tags)
        annotations = try request.annotations.map { try Annotation(parsing: $0) }
        if let path = request.spec {
            let file = try SpecFile(reading: path)
            try take(file, ignoringMissing: request.ignoreMissing || file.spec.ignoresMissing, console)
            let typed = try MergeCommand.references(request.sources)
            if references.isEmpty, typed.isEmpty { throw SpecError(file: path, line: nil, .nothingLeft) }
            references += typed
        } else {
            references = try MergeCommand.references(request.sources)
        }
        try checkStandardInput(request)
        for tag in tags where !names.contains(tag) { names.append(tag) }
    }

    private mutating func take(_ file: SpecFile, ignoringMissing: Bool, _ console: Console) throws {
        for note in file.spec.notes { console.warn(SpecMessage.sentence(for: note, file: file.path)) }
        for name in file.spec.names where !names.contains(name) { names.append(name) }
        annotations = file.spec.annotations.map { Annotation(.index, key: $0.key, value: $0.value) } + annotations
        let (found, notes) = try file.references(ignoringMissing: ignoringMissing)
        for note in notes { console.warn(SpecMessage.sentence(for: note, file: file.path)) }
        references = found
    }

    /// It can be read once: as the spec, as a source or as the base of an increment.
    private func checkStandardInput(_ request: MergeRequest) throws {
        let count = references.count { $0.place == .standardInput } + request.since.count { $0 == "-" }
        if let path = request.spec, path == "-", count > 0 {
            throw SpecError(file: path, line: nil, .standardInputTaken)
        }
        guard count < 2 else { throw SourceError.standardInputTwice }
    }
}
