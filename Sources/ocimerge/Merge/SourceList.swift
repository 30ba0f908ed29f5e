internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The sources of a merge: those that its spec names, then those of the command line. With them the names and annotations
/// of the result.
struct SourceList {
    private(set) var references: [SourceReference] = []
    private(set) var names: [ImageName] = []
    private(set) var annotations: [Annotation] = []
    /// The lines of the spec by the sources that it names there.
    private var lines: [String: Int] = [:]
    private var spec: String?
    private var ignoresMissing = false

    /// `known` is the spec of the request if it has been read already.
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

    var readsRegistry: Bool { references.contains { $0.registry != nil } }

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

    /// Opens all sources with `open`, and warns of their notes.
    func opened(
        _ console: Console, _ open: (SourceReference) throws -> Source
    ) throws -> [Source] {
        let opened: [Source] = try references.compactMap { reference in
            guard let source = try self.source(reference, console, open) else { return nil }
            for note in source.notes { NoteMessage.sentence(for: note, source: reference.text).map(console.warn) }
            if let platform = reference.platform, !platform.isKnown {
                console.warn(NoteMessage.unknownPlatform(platform, source: reference.text))
            }
            return source
        }
        if opened.isEmpty, let spec { throw SpecError(file: spec, line: nil, .nothingLeft) }
        return opened
    }

    /// An error of a source of the spec names the line. `nil`, with a warning, if the registry does not have the image and
    /// missing sources are ignored.
    private func source(
        _ reference: SourceReference, _ console: Console, _ open: (SourceReference) throws -> Source
    ) throws -> Source? {
        do { return try open(reference) } catch let error as SourceError {
            guard let spec, let line = lines[reference.text] else { throw error }
            guard ignoresMissing, case .notInRegistry(let image) = error else {
                throw SpecError(file: spec, line: line, .source(error))
            }
            console.warn(SpecMessage.sentence(for: .notInRegistry(image, line: line), file: spec))
            return nil
        }
    }

    /// Standard input can be read once: as the spec, as a source or as the base of an increment.
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

    /// Each name once.
    private static func names(_ texts: [String]) throws(NameError) -> [ImageName] {
        var names: [ImageName] = []
        for text in texts {
            guard let name = ImageName(parsing: text) else { throw NameError(text: text) }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

/// The value of `--tag` is not a name that a loader takes.
struct NameError: Error, Equatable { let text: String }
