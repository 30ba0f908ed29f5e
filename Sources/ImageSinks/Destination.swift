package import ByteIO
package import ImageModel
package import ImagePlanning
package import Registry

/// Where a result goes, from the text that the user typed; checked before anything is read.
package protocol Destination: Sendable {
    var traits: DestinationTraits { get }
    /// The destination with the names that the user gives. A registry takes them as tags; others return themselves.
    func named(_ names: [ImageName]) throws(DestinationError) -> any Destination
    /// Blobs that stay there; `nil` if none do. To be called after `makeSink`, which holds the lock.
    func heldBlobs() throws(IOFailure) -> (any BlobLookup)?
    /// Where in a registry the result goes; `nil` if it goes elsewhere.
    var place: RepositoryName? { get }
    /// The place for partial downloads, on the file system of the result; `nil` if none are kept.
    var partialPlace: PartialPlace? { get }
    /// The plan as it fits there, and notes for the user about that. Pure.
    func fitted(_ outcome: MergeOutcome) throws(DestinationError) -> FittedPlan
    /// Takes the lock and makes the staging directory.
    func makeSink(_ context: SinkContext) throws(SinkError) -> any ImageSink
}

extension Destination {
    package func named(_ names: [ImageName]) throws(DestinationError) -> any Destination { self }
    package func heldBlobs() throws(IOFailure) -> (any BlobLookup)? { nil }
    package var place: RepositoryName? { nil }
    package var partialPlace: PartialPlace? { nil }
}

/// Answers that are needed before planning.
package struct DestinationTraits: Sendable {
    /// The kind of the result, for the report.
    package let form: Form
    /// Whether one name must lead to one root; most loaders lose platforms or names otherwise.
    package var joinsSideBySide = true
    /// Whether the names of the sources become names of the result.
    package var keepsNames = true
    /// Whether names must tell new images from those that stay.
    package var needsNames = false
    /// Whether an index that lacks children is refused, and cosign's tags follow their image instead of being images.
    package var needsWholeImages = false
    /// Whether images are found through an `index.json`.
    package var hasIndexFile = false
    /// Whether blobs may be left out.
    package var takesIncrements = false
    package var takesDefaultPlatform = false
    package var takesOCIFormat = true
    /// Whether the result can be split.
    package var takesVolumes = false
    /// Whether the result itself goes to standard output.
    package var isStandardOutput = false
    /// Whether writing mostly waits for a network.
    package var waitsForNetwork = false

    /// The kinds of results that users know.
    package enum Form: String, Sendable {
        case layout, archive
        case ociArchive = "oci-archive"
        case dockerArchive = "docker-archive"
        case skopeoDirectory = "dir"
        case registry
    }

    package init(_ form: Form) { self.form = form }
}

/// A plan as its destination takes it.
package struct FittedPlan: Sendable {
    package let plan: WritePlan
    /// The images of the result, for the report.
    package let images: [MergedImage]
    package let artifacts: [Artifact]
    package let leftOut: OmittedBlobs?
    /// Whether an image lacks content that it needs.
    package let isIncomplete: Bool
    /// What the destination loses or changes.
    package let notes: [PlanNote]
    /// The names under which a registry will have each image; `nil` if the result goes elsewhere.
    package let registryNames: [Digest: [String]]?

    /// `plan` is that of the `outcome` unless given.
    package init(
        _ outcome: MergeOutcome, plan: WritePlan? = nil, notes: [PlanNote] = [],
        registryNames: [Digest: [String]]? = nil
    ) {
        let plan = plan ?? outcome.plan
        self.plan = plan
        images = outcome.images
        artifacts = plan.artifacts
        leftOut = outcome.leftOut
        isIncomplete = outcome.isIncomplete
        self.notes = notes
        self.registryNames = registryNames
    }
}

/// What a destination needs to make a sink.
package struct SinkContext: Sendable {
    /// Whether all files are on the disk before they become visible.
    let syncs: Bool
    let registries: RegistryAccess
    /// Of uploads; `nil` if blobs are sent whole.
    let chunkSize: Int64?
    /// A spool that several sinks share; `nil` if the sink makes its own.
    let sharedSpool: TemporarySpool?
    /// Whether a registry is asked for every blob, also if it has the manifest.
    let asksForBlobs: Bool
    /// Told of the bytes that are taken in from streams or sent to a registry.
    let progress: @Sendable (Int) -> Void

    package init(
        syncs: Bool, registries: RegistryAccess, chunkSize: Int64? = nil, sharedSpool: TemporarySpool? = nil,
        asksForBlobs: Bool = false, progress: @escaping @Sendable (Int) -> Void
    ) {
        self.syncs = syncs
        self.registries = registries
        self.chunkSize = chunkSize
        self.sharedSpool = sharedSpool
        self.asksForBlobs = asksForBlobs
        self.progress = progress
    }

    /// Where the blobs of streams wait if the destination has no directory for them.
    package static var temporaryDirectory: String {
        ProcessEnvironment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }
}

/// What to do with the present content of a destination.
package enum ExistingContent: Sendable, Equatable {
    case refuse
    /// Add the named images, or replace those of the same names.
    case update
    /// Replace the whole.
    case replace
}

package struct DestinationOptions: Sendable {
    package let existing: ExistingContent
    /// The largest size of a volume; `nil` if the archive is one file.
    let volumeSize: Int64?
    /// The platform for engines that load only one.
    package let defaultPlatform: Platform?
    /// Whether blobs will be left out.
    package let isIncrement: Bool

    package init(
        existing: ExistingContent = .refuse, volumeSize: Int64? = nil, defaultPlatform: Platform? = nil,
        isIncrement: Bool = false
    ) {
        self.existing = existing
        self.volumeSize = volumeSize
        self.defaultPlatform = defaultPlatform
        self.isIncrement = isIncrement
    }
}

/// One kind of destination. A new kind is a file and a line in `Destinations.all`.
protocol DestinationKind: Sendable {
    /// The text before the path that asks for this kind; `nil` if only the path tells.
    var prefix: String? { get }
    /// Whether a path without a prefix is of this kind.
    func accepts(_ path: String) -> Bool
    /// Where a name begins that follows the path, with its colon, as skopeo writes it; `nil` if there is none.
    func startOfName(in path: String) -> String.Index?
    /// `text` is the whole text that the user typed, `path` the part behind the prefix.
    func destination(
        _ path: String, _ text: String, _ options: DestinationOptions
    ) throws(DestinationError) -> any Destination
}

extension DestinationKind {
    func startOfName(in path: String) -> String.Index? { nil }
}

package enum Destinations {
    static let all: [any DestinationKind] = [
        RegistryKind(), SkopeoDirectoryKind(), ArchiveKind.oci, ArchiveKind.docker, ArchiveKind.portable, LayoutKind(),
    ]

    /// The texts before a path that ask for a kind.
    package static var prefixes: [String] { all.compactMap(\.prefix) }

    /// Whether the name is that of an archive.
    package static func isArchive(_ name: String) -> Bool { ArchiveSuffix(of: name) != nil }

    package static func parse(
        _ text: String, _ options: DestinationOptions = DestinationOptions()
    ) throws(DestinationError) -> any Destination {
        let (prefixed, path) = split(text)
        if path.isEmpty { throw .empty }
        try DestinationSpelling.check(text, prefixed, path)
        guard let kind = prefixed ?? all.first(where: { $0.accepts(path) }) else { throw .notSupported(text) }
        let destination = try kind.destination(path, text, options)
        if options.volumeSize != nil, !destination.traits.takesVolumes { throw .notSplit(path: text) }
        return destination
    }

    /// The path that a destination names, without a prefix.
    package static func path(of text: String) -> String { split(text).path }

    /// An archive for every loader in the place of a file with any name, with the compression of that file.
    package static func archive(inPlaceOf path: String) throws(DestinationError) -> any Destination {
        try ArchiveKind.portable.destination(inPlaceOf: path)
    }

    /// Removes the staging that killed runs have left beside a destination in a file or a directory.
    package static func removeLeftovers(beside text: String) {
        let path = FileSystem.resolved(FileSystem.trimmingSlashes(split(text).path))
        StagingDirectory.removeLeftovers(beside: path)
    }

    /// `kind` is `nil` if the text has no prefix.
    static func split(_ text: String) -> (kind: (any DestinationKind)?, path: String) {
        for kind in all {
            guard let prefix = kind.prefix, text.hasPrefix(prefix) else { continue }
            return (kind, String(text.dropFirst(prefix.count)))
        }
        return (nil, text)
    }
}

/// What stands at the path of a destination.
enum DestinationPath {
    /// `nil` if nothing stands there and it can be made. `shown` is the path as the user typed it.
    static func kind(of path: String, shown: String) throws(DestinationError) -> FileSystem.Kind? {
        do throws(IOFailure) {
            if let kind = try FileSystem.presentKind(of: path) { return kind }
        } catch { throw .io(error) }
        if FileSystem.exists(path) { throw .danglingLink(path: shown) }
        try checkParent(of: path)
        return nil
    }

    static func checkParent(of path: String) throws(DestinationError) {
        let parent = FileSystem.parent(of: path)
        do throws(IOFailure) {
            if try FileSystem.presentKind(of: parent) == .directory { return }
        } catch { throw .io(error) }
        throw .parentMissing(path: parent)
    }
}
