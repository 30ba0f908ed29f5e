internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// What a merge works on: what its spec names, then what the command line adds.
struct MergeSources {
    private(set) var references: [SourceReference] = []
    /// Of those that the spec names, where it does.
    private var lines: [String: Int] = [:]
    private var spec: String?
    private var ignoresMissing = false
    private(set) var names: [ImageName] = []
    private(set) var annotations: [Annotation] = []

    init(_ request: MergeRequest, _ console: Console, spec known: SpecFile?) throws {
        let tags = try Self.names(request.tags)
        annotations = try request.annotations.map { try Annotation(parsing: $0) }
        if let path = request.spec {
            let file = try known ?? SpecFile(reading: path)
            try take(file, ignoringMissing: request.ignoreMissing || file.spec.ignoresMissing, console)
            let typed = try Self.references(request.sources)
            if references.isEmpty, typed.isEmpty { throw SpecError(file: path, line: nil, .nothingLeft) }
            references += typed
        } else {
            references = try Self.references(request.sources)
        }
        try checkStandardInput(request)
        for tag in tags where !names.contains(tag) { names.append(tag) }
    }

    private mutating func take(_ file: SpecFile, ignoringMissing: Bool, _ console: Console) throws {
        for note in file.spec.notes { console.warn(SpecMessage.sentence(for: note, file: file.path)) }
        for name in file.spec.names where !names.contains(name) { names.append(name) }
        annotations = file.spec.annotations.map { Annotation(.index, key: $0.key, value: $0.value) } + annotations
        let (found, notes) = try file.sources(ignoringMissing: ignoringMissing)
        for note in notes { console.warn(SpecMessage.sentence(for: note, file: file.path)) }
        references = found.map(\.reference)
        lines = Dictionary(found.map { ($0.reference.text, $0.line) }) { first, _ in first }
        spec = file.path
        ignoresMissing = ignoringMissing
    }

    /// What `body` opens; what is wrong with it is said where the spec names it. nil, with a warning: the registry has no
    /// such image, and that is allowed.
    func opened(
        _ reference: SourceReference, _ console: Console, _ body: () throws -> Source
    ) throws -> Source? {
        do { return try body() } catch let error as SourceError {
            guard let spec, let line = lines[reference.text] else { throw error }
            guard ignoresMissing, case .notInRegistry(let image) = error else {
                throw SpecError(file: spec, line: line, .source(error))
            }
            console.warn(SpecMessage.sentence(for: .notInRegistry(image, line: line), file: spec))
            return nil
        }
    }

    func checkIsAny(_ count: Int) throws(SpecError) {
        if count == 0, let spec { throw SpecError(file: spec, line: nil, .nothingLeft) }
    }

    /// It can be read once: as the spec, as a source or as the base of an increment.
    private func checkStandardInput(_ request: MergeRequest) throws {
        let count = references.count { $0.place == .standardInput } + request.since.count { $0 == "-" }
        if let path = request.spec, path == "-", count > 0 {
            throw SpecError(file: path, line: nil, .standardInputTaken)
        }
        guard count < 2 else { throw SourceError.standardInputTwice }
    }

    private static func references(_ texts: [String]) throws(SourceError) -> [SourceReference] {
        try texts.map { (text) throws(SourceError) in try SourceReference(parsing: text) }
    }

    /// Each once.
    private static func names(_ texts: [String]) throws(NameError) -> [ImageName] {
        var names: [ImageName] = []
        for text in texts {
            guard let name = ImageName(parsing: text) else { throw NameError(text: text) }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

/// What was given with `--tag` is no name that a loader would take.
struct NameError: Error, Equatable { let text: String }
