internal import ByteIO
internal import ImageModel

/// Refuses destinations that users type by mistake: names of images, transports of other tools and files of other
/// formats. Without this check most of them would become directories.
enum DestinationSpelling {
    /// `kind` is that of the prefix of `text`; `nil` if it has none. `path` is the text behind the prefix.
    static func check(
        _ text: String, _ kind: (any DestinationKind)?, _ path: String
    ) throws(DestinationError) {
        // `-o $NAME.tar` with an empty variable.
        if ArchiveSuffix.isWhole(FileSystem.name(of: path)) { throw .empty }
        try refuseTransport(of: text)
        try refuseMistypedRegistry(text)
        try refuseName(in: path, kind, text)
        if kind == nil, !isExplicitPath(path), FileSystem.kind(of: path) != .directory {
            try refuseImageName(path)
            if ArchiveSuffix.isForeign(path) { throw .notSupported(text) }
        }
    }

    /// Transports of skopeo to which nothing is written here. A directory of such a name is meant only if it exists.
    private static let transports = [
        "containers-storage", "docker-daemon", "ostree", "sif", "tarball", "atomic",
    ]

    static func refuseTransport(of text: String) throws(DestinationError) {
        guard let name = transports.first(where: { text.hasPrefix($0 + ":") }), FileSystem.kind(of: text) == nil else {
            return
        }
        throw .transport(text, name: name)
    }

    /// `docker:HOST/NAME`, `DOCKER://HOST/NAME`, `https://HOST/NAME`.
    private static func refuseMistypedRegistry(_ text: String) throws(DestinationError) {
        let isScheme = text.lowercased().hasPrefix("docker:") || text.contains(text: "://")
        guard isScheme, !text.hasPrefix(RegistryReference.scheme), FileSystem.kind(of: text) == nil else { return }
        throw .notAReference(text, .scheme)
    }

    /// `oci:PATH:TAG`, as skopeo writes a name, or an archive or an existing layout with a name behind it.
    private static func refuseName(
        in path: String, _ kind: (any DestinationKind)?, _ text: String
    ) throws(DestinationError) {
        guard FileSystem.kind(of: path) == nil, ArchiveSuffix(of: path) == nil,
            let colon = kind == nil ? startOfName(in: path) : kind?.startOfName(in: path)
        else { return }
        let behind = String(path[path.index(after: colon)...])
        let isTag = !behind.contains { $0 == ":" || $0 == "/" }
        throw .namedDestination(
            path: text.dropLast(path[colon...].count).description, name: isTag ? .tag(behind) : .name(behind))
    }

    /// Where a name follows the name of an archive or the path of a layout that exists; `nil` if neither is the case.
    private static func startOfName(in path: String) -> String.Index? {
        if let end = ArchiveSuffix.end(in: path) { return end }
        guard !isExplicitPath(path) else { return nil }
        return path.indices.first {
            path[$0] == ":" && FileSystem.kind(of: String(path[..<$0]) + "/" + LayoutPath.index) == .file
        }
    }

    /// Whether the text says that it is a path: `out/`, `./out`, `../out`.
    private static func isExplicitPath(_ path: String) -> Bool {
        path.hasSuffix("/") || path.hasPrefix("./") || path.hasPrefix("../")
    }

    /// `app:1.0`, `ghcr.io/demo/app`. An absolute path with a colon is taken for `PATH:TAG`.
    private static func refuseImageName(_ path: String) throws(DestinationError) {
        if path.hasPrefix("/") {
            let start = path.lastIndex(of: "/") ?? path.startIndex
            guard let colon = path[start...].firstIndex(of: ":") else { return }
            let behind = String(path[path.index(after: colon)...])
            throw .namedDestination(
                path: String(path[..<colon]), name: behind.contains(":") ? .name(behind) : .tag(behind))
        }
        let isMarked = FileSystem.name(of: path).contains { $0 == ":" || $0 == "@" }
        guard isMarked || hasHost(path) else { return }
        let isReference = ReferenceFlaw.found(in: path) == nil
        throw .imageName(path, tag: tag(of: path), isReference: isReference)
    }

    /// The name for the option `-t`. A reference by digest is no such name.
    private static func tag(of path: String) -> String? {
        path.contains("@") ? nil : ImageName(parsing: path)?.familiar
    }

    /// Whether the first component looks like a registry and the directory for the result does not exist.
    private static func hasHost(_ path: String) -> Bool {
        guard let slash = path.firstIndex(of: "/"), slash != path.startIndex else { return false }
        let first = path[..<slash]
        return (first == "localhost" || first.contains { $0 == "." || $0 == ":" })
            && FileSystem.kind(of: FileSystem.parent(of: path)) == nil
    }
}
