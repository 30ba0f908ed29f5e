internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// What `fix` and `edit` do to the images of a source.
protocol RevisionWork: Sendable {
    var request: RevisionRequest { get }
    var verb: RevisionVerb { get }
    /// Whether no layer and no image comes or goes, so that the files of the source can keep their format.
    var keepsContent: Bool { get }
    /// Sees the layers of a stream pass by; `nil` if they are not examined.
    var observer: LayerListingObserver? { get }

    func reference() throws(CommandError) -> SourceReference
    /// Refuses a request before anything is read.
    func check(_ reference: SourceReference, _ console: Console) throws(CommandError)
    func open(
        _ reference: SourceReference, _ registries: RegistryAccess, _ policy: OpeningPolicy
    ) throws(CommandError) -> Source
    /// The changes to the images that the reference selects. New layers wait in `spool`. `bar` shows what is read.
    func edit(
        of source: Source, spool: SpoolDirectory?, _ bar: ProgressBar, _ console: Console
    ) throws(CommandError) -> GraphEdit
    /// Warnings about the result.
    func objections(to edit: GraphEdit, in source: Source) throws(CommandError) -> [String]
}

extension RevisionWork {
    func open(
        _ reference: SourceReference, _ registries: RegistryAccess, _ policy: OpeningPolicy
    ) throws(CommandError) -> Source {
        return try CommandError.checked { () throws(SourceError) in try Source.open(reference, registries, policy) }
    }

    func reference() throws(CommandError) -> SourceReference {
        return try CommandError.checked { () throws(SourceError) in try SourceReference(parsing: request.source) }
    }
}

/// The arguments that `fix` and `edit` share. Paths are text as typed.
struct RevisionRequest: Sendable, Equatable {
    let command: String
    let source: String
    /// `nil` if SOURCE itself changes, or would change in a dry run.
    let output: String?
    /// Whether SOURCE itself changes.
    let isInPlace: Bool
    let existing: ExistingContent
    /// New names of the result; empty if it keeps its own.
    let tags: [String]
    let run: RunOptions
    let registry: ConnectionOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        command = parsed.command
        registry = try ConnectionOptions(parsed)
        source = parsed.positionals[0]
        output = parsed.value("output")
        isInPlace = parsed.has("in-place")
        if output == nil, !isInPlace, !parsed.has("dry-run") {
            throw .missingOption("-o/--output", value: "DEST or --in-place", command: parsed.command)
        }
        existing = ExistingContent(parsed)
        tags = parsed.values("tag")
        run = try RunOptions(parsed)
    }
}

/// The words of a report.
enum RevisionVerb: Sendable {
    case fix, edit

    var doing: String { self == .fix ? "fixing" : "editing" }
    var done: String { self == .fix ? "corrected" : "edited" }
}

/// A revision that is impossible as it was requested.
enum RevisionError: Error {
    case declaredPlatform(source: String, command: String)
    case stream(source: String, command: String)
    case unnamedUpdate(source: String)
    /// The source is a tree of directories, each of which can be corrected alone.
    case tree(source: String)
    /// The source is split: one new file cannot replace several.
    case volumes(source: String)
    /// New or dropped content in a directory that is no layout, or that docker's list describes too.
    case contentInPlace(source: String)
    /// The format of the source has no annotations.
    case annotations(source: String)
    /// The command line maps one old platform to two new ones.
    case twoPlatforms(of: Platform, Platform, Platform)

    /// Whether the command line is wrong.
    var isUsage: Bool {
        switch self {
        case .declaredPlatform, .twoPlatforms: true
        case .stream, .unnamedUpdate, .volumes, .tree, .contentInPlace, .annotations: false
        }
    }
}

extension SourceReference {
    /// `nil` if the source is not a path: no other process can change it then.
    func lock() throws(IOFailure) -> PathLock? {
        guard case .path(let path) = place else { return nil }
        return try PathLock(path)
    }
}

extension DirectoryRevisionSink.Edit {
    init(_ edit: MemberEdit) {
        self.init(
            name: edit.name, newName: edit.newName, before: edit.before, after: edit.after, kind: edit.kind)
    }
}
