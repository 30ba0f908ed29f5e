internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry
internal import Synchronization

/// The sources of a command that joins or packs images, with the names and annotations of the result.
protocol MergeSources: Sendable {
    var references: [SourceReference] { get }
    var names: [ImageName] { get }
    var annotations: [Annotation] { get }

    /// Opens all sources and warns of their notes.
    func opened(
        _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int, _ console: Console, _ bar: ProgressBar
    ) throws(CommandError) -> [Source]
}

extension MergeSources {
    var readsRegistry: Bool { references.contains { $0.registry != nil } }

}

extension [SourceReference] {
    /// The registries from which images are read.
    var registries: Set<String> { Set(compactMap { ($0.readPlace ?? $0.registry)?.repository.domain }) }
}

/// The sources of a merge: those that its spec names, then those of the command line. With them the names and annotations
/// of the result.
struct SourceList: MergeSources {
    private(set) var references: [SourceReference] = []
    private(set) var names: [ImageName] = []
    private(set) var annotations: [Annotation] = []
    /// The lines of the spec by the sources that it names there.
    private var lines: [String: Int] = [:]
    private var spec: String?
    private var ignoresMissing = false

    /// `known` is the spec of the request if it has been read already.
    init(_ request: MergeRequest, _ console: Console, spec known: SpecFile?) throws(CommandError) {
        let tags = try CommandError.checked { () throws(NameError) in try Self.names(request.tags) }
        annotations = try CommandError.checked { () throws(AnnotationError) in
            try request.annotations.map(Annotation.init(parsing:))
        }
        try CommandError.checked { () throws(SpecError) in try takeSpec(of: request, known, console) }
        references += try CommandError.checked { () throws(SourceError) in
            try SourceReference.all(parsing: request.sources)
        }
        try checkPlatforms(isTrusted: request.evidence == .ignored)
        if references.isEmpty, let spec { throw CommandError(SpecError(file: spec, line: nil, .nothingLeft)) }
        try checkStandardInput(request)
        var typed: Set<String> = []
        for source in request.sources where !typed.insert(source).inserted {
            console.warn(NoteMessage.repeated(source: source))
        }
        for tag in tags where !names.contains(tag) { names.append(tag) }
    }

    /// The stated platforms, those of the spec with their line.
    private func checkPlatforms(isTrusted: Bool) throws(CommandError) {
        for reference in references {
            guard let platform = reference.platform else { continue }
            do throws(UnknownPlatform) {
                try TypedPlatform.check(platform, of: reference.text, isTrusted: isTrusted)
            } catch {
                guard let spec, let line = lines[reference.text] else { throw CommandError(error) }
                throw CommandError(SpecError(file: spec, line: line, .unknownPlatform(platform)))
            }
        }
    }

    private mutating func takeSpec(
        of request: MergeRequest, _ known: SpecFile?, _ console: Console
    ) throws(SpecError) {
        guard let path = request.spec else { return }
        let file: SpecFile
        if let known { file = known } else { file = try SpecFile(reading: path) }
        ignoresMissing = request.ignoreMissing || file.spec.ignoresMissing
        for note in file.spec.notes { console.warn(SpecMessage.sentence(for: note, file: file.path)) }
        for name in file.spec.names where !names.contains(name) { names.append(name) }
        annotations = file.spec.annotations.map { Annotation(.index, key: $0.key, value: $0.value) } + annotations
        let (found, notes) = try file.sources(ignoringMissing: ignoresMissing)
        for note in notes { console.warn(SpecMessage.sentence(for: note, file: file.path)) }
        references = found.map(\.reference)
        lines = Dictionary(found.map { ($0.reference.text, $0.line) }) { first, _ in first }
        spec = file.path
    }

    /// Opens all sources, those on disk side by side, and warns of their notes.
    func opened(
        _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int, _ console: Console, _ bar: ProgressBar
    ) throws(CommandError) -> [Source] {
        var results = openedAhead(registries, policy, jobs: jobs)
        var opened: [Source] = []
        for (number, reference) in references.enumerated() {
            let result = results[number].take()
            guard let source = try source(reference, result, registries, policy, console) else { continue }
            for note in source.notes { NoteMessage.sentence(for: note, source: reference.text).map(console.warn) }
            if let platform = reference.platform {
                if !TypedPlatform.isKnown(platform) {
                    console.warn(NoteMessage.unknownPlatform(platform, source: reference.text))
                }
            } else {
                NoteMessage.unknownPlatforms(of: source).forEach(console.warn)
            }
            opened.append(source)
        }
        if opened.isEmpty, let spec { throw CommandError(SpecError(file: spec, line: nil, .nothingLeft)) }
        return opened
    }

    /// The sources that are files or directories, opened in parallel. `nil` for a source that was not opened here: a
    /// registry or a pipe. After an error no other source is opened.
    private func openedAhead(
        _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int
    ) -> [Result<Source, SourceError>?] {
        let references = references
        let results = Mutex([Result<Source, SourceError>?](repeating: nil, count: references.count))
        guard references.count > 1, jobs > 1, references.allSatisfy(\.isOnDisk) else { return results.withLock { $0 } }
        let hasFailed = Atomic(false)
        Threads.forEach(references.count, jobs: jobs) { number in
            if hasFailed.load(ordering: .relaxed) { return }
            let result: Result<Source, SourceError>
            do throws(SourceError) {
                result = .success(try Source.open(references[number], registries, policy))
            } catch {
                result = .failure(error)
                hasFailed.store(true, ordering: .relaxed)
            }
            results.withLock { $0[number] = result }
        }
        return results.withLock { $0 }
    }

    /// The source that was opened ahead, or is opened now. An error of a source of the spec names the line. `nil`, with a
    /// warning, if the registry does not have the image and missing sources are ignored.
    private func source(
        _ reference: SourceReference, _ result: Result<Source, SourceError>?, _ registries: RegistryAccess,
        _ policy: OpeningPolicy, _ console: Console
    ) throws(CommandError) -> Source? {
        do {
            if let result { return try result.get() }
            return try Source.open(reference, registries, policy)
        } catch {
            guard let spec, let line = lines[reference.text] else { throw CommandError(error) }
            guard ignoresMissing, case .notInRegistry(let image) = error else {
                throw CommandError(SpecError(file: spec, line: line, .source(error)))
            }
            console.warn(SpecMessage.sentence(for: .notInRegistry(image, line: line), file: spec))
            return nil
        }
    }

    /// Standard input can be read once: as the spec, as a source or as the base of an increment.
    private func checkStandardInput(_ request: MergeRequest) throws(CommandError) {
        let count = references.count { $0.place == .standardInput } + request.since.count { $0 == "-" }
        if let path = request.spec, path == "-", count > 0 {
            throw CommandError(SpecError(file: path, line: nil, .standardInputTaken))
        }
        guard count < 2 else { throw CommandError(SourceError.standardInputTwice) }
    }

    /// Each name once.
    static func names(_ texts: [String]) throws(NameError) -> [ImageName] {
        var names: [ImageName] = []
        for text in texts {
            guard let name = ImageName(parsing: text) else { throw NameError(text: text) }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension SourceReference {
    /// Whether this is a regular file or a directory.
    fileprivate var isOnDisk: Bool {
        guard case .path(let path) = place else { return false }
        let kind = FileSystem.kind(of: path)
        return kind == .file || kind == .directory
    }
}

/// A name for a result that no loader takes.
struct NameError: Error, Equatable {
    let text: String
    /// Whether the text can only be a tag.
    var isTag = false
}
