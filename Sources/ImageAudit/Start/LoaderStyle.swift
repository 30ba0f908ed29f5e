internal import ByteIO
internal import ImageModel

/// How a dynamic loader searches for libraries.
enum LoaderStyle: Equatable {
    /// `cache` are the paths of ld.so.cache by the name of the library. `directories` are those that the loader may have
    /// built in and that exist.
    case glibc(cache: [[UInt8]: [FilePath]], directories: [FilePath])
    /// `directories` are those of the path file, or else the usual ones.
    case musl(directories: [FilePath])
    /// A file that decides on the search cannot be read: it is too long, or its content was not kept.
    case unreadable(FilePath)
    case unknown

    /// Longer lists of directories are cut.
    private static let listLimit = 1024
    private static let cachePath = FilePath("etc/ld.so.cache")

    init(_ tree: MergedTree, _ loader: FileEntry, _ file: ELFFile) throws(IOFailure) {
        if let name = Self.muslName(tree, loader) {
            self = try Self.musl(tree, name)
        } else if file.definedVersions.contains(where: { $0.starts(with: "GLIBC_2".utf8) }) {
            guard let cache = try Self.cache(tree) else {
                self = .unreadable(Self.cachePath)
                return
            }
            self = .glibc(cache: cache, directories: Self.systemDirectories(tree) + [loader.path.directory])
        } else {
            self = .unknown
        }
    }

    var isKnown: Bool { self != .unknown }
    var isMusl: Bool { if case .musl = self { true } else { false } }

    // MARK: - musl

    private static let muslPrefix = Array("ld-musl-".utf8)
    private static let muslDefault = "/lib:/usr/local/lib:/usr/lib"

    private static func musl(_ tree: MergedTree, _ name: [UInt8]) throws(IOFailure) -> LoaderStyle {
        let architecture = Array(name.dropFirst(muslPrefix.count).prefix { $0 != UInt8(ascii: ".") })
        let path = FilePath(Array("etc/ld-musl-".utf8) + architecture + Array(".path".utf8))
        var text = Array(muslDefault.utf8)
        if case .file(let entry) = tree.resolve(path) {
            guard let content = try tree.content(of: entry) else { return .unreadable(path) }
            text = content
        }
        let directories = text.split { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "\n") }
        return .musl(directories: directories.prefix(listLimit).map { FilePath(Array($0)) })
    }

    /// The name of musl's loader; `nil` if this is another one. The loader is a link to libc.so, or the other way round.
    private static func muslName(_ tree: MergedTree, _ loader: FileEntry) -> [UInt8]? {
        if loader.path.name.starts(with: muslPrefix) { return loader.path.name }
        guard loader.path.name == Array("libc.so".utf8) else { return nil }
        return tree.names(in: FilePath("lib")).first { $0.starts(with: muslPrefix) }
    }

    private static let muslNames = ["c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."].map {
        Array("lib\($0)".utf8)
    }

    /// Libraries that the loader itself contains.
    func isBuiltIn(_ library: [UInt8]) -> Bool {
        switch self {
        case .musl: Self.muslNames.contains { library.starts(with: $0) } || library.starts(with: Self.muslPrefix)
        case .glibc:
            library.starts(with: "ld-linux".utf8) || library.starts(with: "ld64.so".utf8)
                || library.starts(with: "ld.so.".utf8) || library.starts(with: "linux-".utf8)
        case .unknown, .unreadable: true
        }
    }

    // MARK: - glibc

    /// The paths of libraries by their names. Empty if there is no cache; `nil` if it cannot be read.
    private static func cache(_ tree: MergedTree) throws(IOFailure) -> [[UInt8]: [FilePath]]? {
        guard case .file(let entry) = tree.resolve(cachePath) else { return [:] }
        guard let content = try tree.content(of: entry) else { return nil }
        // The loader ignores a file that is no cache.
        guard let cache = LoaderCache(content) else { return [:] }
        guard cache.isComplete else { return nil }
        var paths: [[UInt8]: [FilePath]] = [:]
        for library in cache.entries { paths[library.name, default: []].append(FilePath(library.path)) }
        return paths
    }

    private static let roots = ["lib", "usr/lib", "lib64", "usr/lib64", "lib32", "usr/lib32", "libx32", "usr/libx32"]

    /// The directories that a loader may have built in: distributions differ. Libraries for other processors are skipped.
    private static func systemDirectories(_ tree: MergedTree) -> [FilePath] {
        let places =
            roots.map { FilePath($0) }
            + ["lib", "usr/lib"].flatMap { root in triplets(tree, root).map { FilePath(root).appending($0) } }
        return places.flatMap { [$0] + levels(in: $0) }.filter { directory in
            if case .file(let entry) = tree.resolve(directory) { entry.fileKind == .directory } else { false }
        }
    }

    /// The names of the directories for one architecture, such as `x86_64-linux-gnu`.
    private static func triplets(_ tree: MergedTree, _ root: String) -> [[UInt8]] {
        guard case .file(let directory) = tree.resolve(FilePath(root)) else { return [] }
        return tree.names(in: directory.path).filter {
            String(decoding: $0, as: UTF8.self).contains(text: "-linux-gnu")
        }
    }

    /// The values that `$LIB` may have.
    func libraryNames(in tree: MergedTree) -> [String] {
        ["lib64", "lib", "lib32"]
            + Self.triplets(tree, "lib").map { "lib/" + String(decoding: $0, as: UTF8.self) }
    }

    private static let processorLevels = [
        "x86-64-v2", "x86-64-v3", "x86-64-v4", "power9", "power10", "z13", "z14", "z15",
    ]

    /// The directories for newer processors in a directory.
    private static func levels(in directory: FilePath) -> [FilePath] {
        processorLevels.map { directory.appending(Array("glibc-hwcaps/\($0)".utf8)) }
    }

    /// The paths of a library in a directory, also those for newer processors.
    func files(_ library: [UInt8], in directory: FilePath) -> [FilePath] {
        let directories = isMusl ? [directory] : [directory] + Self.levels(in: directory)
        return directories.map { $0.appending(library) }
    }

    /// The paths of a library outside the directories that files name.
    func systemFiles(_ library: [UInt8]) -> [FilePath] {
        switch self {
        case .glibc(let cache, let directories):
            (cache[library] ?? []) + directories.map { $0.appending(library) }
        case .musl(let directories): directories.map { $0.appending(library) }
        case .unknown, .unreadable: []
        }
    }

    /// The directories of LD_LIBRARY_PATH.
    func libraryPath(_ config: StartConfig) -> [FilePath] {
        parts(of: (config.variable("LD_LIBRARY_PATH") ?? "")[...]) { $0 == ":" || $0 == (isMusl ? "\n" : ";") }
            .map(config.path)
    }

    /// The parts of a list of directories. An empty part is the working directory for glibc, and nothing for musl.
    func parts(of list: Substring, separatedBy isSeparator: (Character) -> Bool = { $0 == ":" }) -> [String] {
        list.isEmpty
            ? []
            : list.split(omittingEmptySubsequences: isMusl, whereSeparator: isSeparator)
                .prefix(Self.listLimit).map(String.init)
    }
}
