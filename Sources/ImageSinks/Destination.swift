internal import ByteIO
internal import ImageModel

/// Where a result goes, from what the user typed; checked before anything is read.
package enum Destination: Sendable {
    case layout(LayoutDestination)
    case archive(ArchiveDestination, ArchiveKind)
    case directory(SkopeoDirectoryDestination)
    case standardOutput(ArchiveKind)
    case registry(RegistryDestination)

    package enum ArchiveKind: Sendable, Equatable {
        /// What every loader takes.
        case portable
        case oci
        case docker
    }

    /// `volumeSize`: an archive is written in pieces that are no larger.
    package init(
        parsing text: String, existing: ExistingLayout, volumeSize: Int64? = nil
    ) throws(DestinationError) {
        let (form, rest) = DestinationForm.split(text)
        if rest.isEmpty { throw .empty }
        try DestinationForm.refuseTransport(of: text)
        try DestinationForm.refuseNearlyRegistry(text)
        try Self.refuseName(in: rest, form, text)
        switch form {
        case .registry?:
            if existing != .refuse { throw .noRegistryOption(existing == .update ? "--update" : "--force") }
            if volumeSize != nil { throw .noRegistryOption("--split") }
            self = .registry(try RegistryDestination(parsing: text))
        case .directory?: self = .directory(try SkopeoDirectoryDestination(path: rest, existing: existing))
        case .layout?: self = .layout(try LayoutDestination(path: rest, existing: existing))
        case .ociArchive?: self = try Self.archive(rest, .oci, existing, volumeSize)
        case .dockerArchive?: self = try Self.archive(rest, .docker, existing, volumeSize)
        case nil where rest == "-" || ArchiveSuffix(of: rest) != nil:
            self = try Self.archive(rest, .portable, existing, volumeSize)
        case nil:
            if ArchiveSuffix.isForeign(rest), FileSystem.kind(of: rest) != .directory { throw .notSupported(text) }
            self = .layout(try LayoutDestination(path: rest, existing: existing))
        }
        if volumeSize != nil, archive?.volumeSize == nil { throw .notSplit(path: text) }
    }

    private static func archive(
        _ path: String, _ kind: ArchiveKind, _ existing: ExistingLayout, _ volumeSize: Int64?
    ) throws(DestinationError) -> Destination {
        if existing == .update { throw .updatesNoArchive(path: path) }
        if path == "-" { return .standardOutput(kind) }
        let replaces = existing == .replace
        guard let volumeSize else { return .archive(try ArchiveDestination(path: path, replaces: replaces), kind) }
        return .archive(try ArchiveDestination(path: path, replaces: replaces, volumeSize: volumeSize), kind)
    }

    private var archive: ArchiveDestination? { if case .archive(let archive, _) = self { archive } else { nil } }

    /// `oci:PATH:TAG`, as skopeo writes a name, or an archive with one behind it. Anything else with a colon is a file
    /// name like any other.
    private static func refuseName(in rest: String, _ form: DestinationForm?, _ text: String) throws(DestinationError) {
        guard FileSystem.kind(of: rest) == nil, ArchiveSuffix(of: rest) == nil else { return }
        let colon: String.Index? =
            switch form {
            case .layout?: firstColon(in: rest)
            case .registry?, .directory?: nil
            default:
                rest.indices.first { rest[$0] == ":" && ArchiveSuffix(of: String(rest[..<$0])) != nil }
            }
        guard let colon else { return }
        let behind = String(rest[rest.index(after: colon)...])
        let isTag = !behind.contains { $0 == ":" || $0 == "/" }
        throw .namedDestination(
            path: text.dropLast(rest[colon...].count).description, name: isTag ? .tag(behind) : .name(behind))
    }

    /// Where skopeo ends the path; a colon in the name of a directory that exists is its own.
    private static func firstColon(in path: String) -> String.Index? {
        let isWhole = FileSystem.kind(of: FileSystem.parent(of: path)) == .directory
        let start = isWhole ? path.lastIndex(of: "/") ?? path.startIndex : path.startIndex
        return path[start...].firstIndex(of: ":")
    }
}

/// The dialects that can be asked for by name.
package enum DestinationForm: String, CaseIterable, Sendable {
    case layout = "oci"
    case ociArchive = "oci-archive"
    case dockerArchive = "docker-archive"
    case directory = "dir"
    case registry = "docker"

    static func split(_ text: String) -> (form: DestinationForm?, rest: String) {
        for form in allCases {
            let prefix = form == .registry ? "docker://" : form.rawValue + ":"
            if text.hasPrefix(prefix) { return (form, String(text.dropFirst(prefix.count))) }
        }
        return (nil, text)
    }

    /// What skopeo writes to beside these; a directory of such a name is meant only where it stands.
    private static let transports = [
        "containers-storage", "docker-daemon", "ostree", "sif", "tarball", "atomic",
    ]

    static func refuseTransport(of text: String) throws(DestinationError) {
        guard let name = transports.first(where: { text.hasPrefix($0 + ":") }), FileSystem.kind(of: text) == nil else {
            return
        }
        throw .transport(text, name: name)
    }

    /// `docker:HOST/NAME`, `DOCKER://HOST/NAME`.
    static func refuseNearlyRegistry(_ text: String) throws(DestinationError) {
        guard text.lowercased().hasPrefix("docker:"), !text.hasPrefix(RegistryReference.scheme),
            FileSystem.kind(of: text) == nil
        else { return }
        throw .notAReference(text, .scheme)
    }
}

/// What stands at a destination now.
enum DestinationPlace {
    /// nil: nothing, and it can be made there. `shown` is the path as it was typed.
    static func kind(of path: String, shown: String) throws(DestinationError) -> FileSystem.Kind? {
        if let kind = FileSystem.kind(of: path) { return kind }
        if FileSystem.exists(path) { throw .danglingLink(path: shown) }
        try checkParent(of: path)
        return nil
    }

    static func checkParent(of path: String) throws(DestinationError) {
        let parent = FileSystem.parent(of: path)
        guard FileSystem.kind(of: parent) == .directory else { throw .parentMissing(path: parent) }
    }
}

extension StagingDirectory {
    /// The same failure, said of the destination that the user knows.
    func named(_ error: any Error, as destination: String) -> any Error {
        guard let failure = error as? IOFailure, failure.path.hasPrefix(path) else { return error }
        return IOFailure(failure.operation, destination, failure.cause)
    }
}
