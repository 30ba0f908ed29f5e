internal import ByteIO
package import ImageModel

/// One format of images in files.
protocol InputDialect: Sendable {
    /// The prefixes of paths in skopeo's spelling; several dialects may share one.
    var prefixes: [String] { get }
    var name: String { get }
    /// Decides by content alone: the names of source files prove nothing.
    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool
    /// The dialect with everything that was parsed to recognise it; `nil` if it is another one.
    func recognised(in files: any ImageFiles) throws(SourceError) -> (any InputDialect)?
    /// `keepsLists`: the lists of the source are part of the result.
    func read(_ files: any ImageFiles, _ defects: DefectLog, keepsLists: Bool) throws(SourceError) -> SourceReading
}

extension InputDialect {
    func recognised(in files: any ImageFiles) throws(SourceError) -> (any InputDialect)? {
        try recognises(files) ? self : nil
    }
}

/// The graph of a source and the warnings about it.
struct SourceReading: Sendable {
    var graph = ImageGraph()
    var notes: [SourceNote] = []
    /// The file of each content. Empty unless this is a survey.
    var members = ContentMembers()
    /// Whether the media types of all layers were derived from their bytes.
    var hasDerivedTypes = false
    var lists = SourceLists()
}

/// The lists by which a source describes itself, as they were read. Kept only for a source that is to be changed: docker's
/// list has a name for each layer of each image.
struct SourceLists: Sendable {
    /// `index.json`; `nil` if the source has none, or if it was not read.
    var index: Document?
    /// The documents to which `index.json` leads.
    var indexed: [Digest: Document] = [:]
    /// The bytes of docker's `manifest.json`; empty if there is none.
    var docker: [UInt8] = []
    /// The entries of docker's list, with the config of each.
    var images: [(entry: DockerArchive.Entry, config: Document)] = []
}

/// The names of the files that hold content. Most blobs of a layout have the name that their digest states, so that only
/// other names are kept.
package struct ContentMembers: Sendable {
    private var usual: Set<Digest> = []
    private var others: [Digest: String] = [:]

    /// `nil` if the name is unknown.
    package internal(set) subscript(digest: Digest) -> String? {
        get { usual.contains(digest) ? LayoutPath(digest).description : others[digest] }
        set {
            if newValue == LayoutPath(digest).description {
                usual.insert(digest)
                others[digest] = nil
            } else {
                usual.remove(digest)
                others[digest] = newValue
            }
        }
    }

    mutating func addMissing(_ members: [Digest: String]) {
        for (digest, name) in members where self[digest] == nil { self[digest] = name }
    }
}

/// Every dialect, the most specific first.
enum InputDialects {
    static let all: [any InputDialect] = [
        ImageLayout(), DockerArchive(), SkopeoDirectory(), BeforeManifestsArchive(), RootFileSystemArchive(),
        SkopeoTree(),
    ]

    static let prefixes = ["oci", "oci-archive", "docker-archive", "dir"]

    static func dialect(of files: any ImageFiles, wanted: String?) throws(SourceError) -> any InputDialect {
        for candidate in all {
            guard let dialect = try candidate.recognised(in: files) else { continue }
            if let wanted, !dialect.prefixes.contains(wanted) {
                // A hybrid fits two dialects; the user may select either.
                guard let other = try asked(wanted, files) else {
                    throw .wrongDialect(path: files.path, wanted: wanted, found: dialect.name)
                }
                return other
            }
            return dialect
        }
        throw unknown(files)
    }

    private static func unknown(_ files: any ImageFiles) -> SourceError {
        let path = files.path
        guard !files.isArchive else { return .unknownFormat(path: path, imagesBelow: [], isMore: false) }
        if FileSystem.isDirectory(path + "/docker/registry/v2") { return .registryStorage(path: path) }
        let search = try? FolderSearch(path, limit: .images(FolderSearch.mostHints), isImage: isImage).run()
        let found = search?.found ?? []
        return .unknownFormat(
            path: path, imagesBelow: Array(found.prefix(FolderSearch.mostHints)),
            isMore: found.count > FolderSearch.mostHints || search?.isComplete == false)
    }

    private static func isImage(_ folder: String, in root: String) -> Bool {
        [[LayoutPath.marker, LayoutPath.index], ["manifest.json", "version"]].contains { names in
            names.allSatisfy { FileSystem.fileSize("\(root)/\(folder)/\($0)") != nil }
        }
    }

    private static func asked(_ wanted: String, _ files: any ImageFiles) throws(SourceError) -> (any InputDialect)? {
        for dialect in all where dialect.prefixes.contains(wanted) {
            if let recognised = try dialect.recognised(in: files) { return recognised }
        }
        return nil
    }
}

/// Archives of docker before 1.10: a chain of v1 images without a manifest. They are refused by name.
struct BeforeManifestsArchive: InputDialect {
    let prefixes: [String] = []
    let name = "docker archive older than 1.10"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool { try files.file("repositories") != nil }

    func read(_ files: any ImageFiles, _ defects: DefectLog, keepsLists: Bool) throws(SourceError) -> SourceReading {
        throw .beforeManifests(path: files.path)
    }
}

/// A root file system, as `docker export`, `crane export` and BuildKit write it: not an image.
struct RootFileSystemArchive: InputDialect {
    let prefixes: [String] = []
    let name = "root file system"

    private static let telling: Set<String> = ["etc", "usr", "bin", "lib", "proc", "sbin", "var", "sys", "dev", "root"]

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard files.isArchive else { return false }
        return try files.topNames.intersection(Self.telling).count >= 3
    }

    func read(_ files: any ImageFiles, _ defects: DefectLog, keepsLists: Bool) throws(SourceError) -> SourceReading {
        throw .rootFileSystem(path: files.path)
    }
}
