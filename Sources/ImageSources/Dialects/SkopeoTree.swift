internal import ByteIO
internal import ImageModel

/// The tree that `skopeo sync --dest dir` writes: one `dir:` folder for each image. The folders are named REPO:TAG.
/// With `--scoped` they are nested by host and path. The path of a folder in the tree is the name of its image.
struct SkopeoTree: InputDialect {
    let prefixes = ["dir"]
    let name = "skopeo sync tree"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard !files.isArchive else { return false }
        return try !FolderSearch(files.path, limit: .images(1), isImage: Self.isImage).run().found.isEmpty
    }

    /// A colon does not suffice: the folder of a host may have a port. skopeo writes `version` first and
    /// `manifest.json` last, so an interrupted sync leaves one of them.
    private static func isImage(_ folder: String, in root: String) throws(IOFailure) -> Bool {
        guard FileSystem.name(of: folder).dropFirst().contains(where: { $0 == ":" || $0 == "@" }) else { return false }
        for file in ["manifest.json", "version"] {
            if try FileSystem.presentSize("\(root)/\(folder)/\(file)") != nil { return true }
        }
        return false
    }

    func read(_ files: any ImageFiles, _ defects: DefectLog, keepsLists: Bool) throws(SourceError) -> SourceReading {
        let folders = try FolderSearch(files.path, limit: .all, isImage: Self.isImage).run().found
        var paths: [Digest: String] = [:]
        var roots: [(folder: String, document: Document, place: DescriptorPath)] = []
        for folder in folders {
            let member = folder + "/manifest.json"
            let place = DescriptorPath(member)
            let root = try defects.tolerating(at: place) { () throws(SourceError) in
                guard let bytes = try files.bytes(member, limit: Limits.document) else {
                    throw .missingMember(path: files.path, member: member)
                }
                do throws(DocumentError) { return try RecognisedContent(DigestedBytes(bytes)).image() } catch {
                    throw .document(path: files.path, member: member, error)
                }
            }
            for file in try Self.entries(of: files.path + "/" + folder) {
                try Self.add("\(folder)/\(file)", file, files, &paths)
            }
            guard let root else { continue }
            paths[root.digest] = member
            roots.append((folder, root, place))
        }
        let known = paths
        let documents = Dictionary(roots.map { ($0.document.digest, $0.document) }) { first, _ in first }
        var reader = GraphReader(
            FilesByDigest(files) { [known[$0] ?? $0.hex] }, defects: defects, known: documents)
        for (folder, document, place) in roots {
            try reader.visit(document.descriptor)
            reader.reading.graph.roots.append(
                .init(descriptor: document.descriptor, entry: nil, labels: Self.labels(of: folder), place: place))
        }
        return reader.reading
    }

    /// Several images may have the same content, of which any file will do.
    private static func add(
        _ path: String, _ file: String, _ files: any ImageFiles, _ paths: inout [Digest: String]
    ) throws(SourceError) {
        if let digest = statedDigest(file) {
            paths[digest] = paths[digest] ?? path
        } else if file == "version" || file.contains(text: "signature-") {
            _ = try files.file(path)
        }
    }

    private static func entries(of path: String) throws(SourceError) -> [String] {
        do throws(IOFailure) { return try FileSystem.entries(of: path).sorted() } catch { throw .io(error) }
    }

    /// The digest of a file in a folder of the tree; `nil` if its name states none.
    static func statedDigest(_ path: String) -> Digest? {
        let file = FileSystem.name(of: path)
        let hex = file.hasSuffix(".manifest.json") ? String(file.dropLast(".manifest.json".count)) : file
        return Digest(algorithm: .sha256, hex: hex)
    }

    /// An image that was synchronised by its digest has no name.
    private static func labels(of folder: String) -> [ImageLabel] {
        folder.contains("@") ? [] : [ImageLabel(reference: folder)]
    }
}

/// A search for folders with images below a directory. Folders are visited in the order of their names; links are not
/// followed, and nothing is searched inside an image.
struct FolderSearch {
    enum Limit {
        case all
        /// Ends after that number of images, or after a bounded number of entries. An error ends it, too.
        case images(Int)
    }

    struct Outcome {
        /// Relative to the directory, sorted.
        var found: [String] = []
        /// Whether everything was searched.
        var isComplete = true
    }

    private let root: String
    private let limit: Limit
    private let isImage: (_ folder: String, _ root: String) throws(IOFailure) -> Bool

    /// The entries at which a search for a number of images looks.
    private static let mostEntries = 20_000
    /// The images that a refusal names.
    static let mostHints = 5
    private static let mostImages = 100_000

    init(_ root: String, limit: Limit, isImage: @escaping (_ folder: String, _ root: String) throws(IOFailure) -> Bool)
    {
        self.root = root
        self.limit = limit
        self.isImage = isImage
    }

    func run() throws(SourceError) -> Outcome {
        var outcome = Outcome()
        var waiting: [String] = []
        var seen = 0
        var next: String? = ""
        do throws(IOFailure) {
            while let folder = next {
                try Interruption.check(.list, root)
                try add(folder, to: &waiting, &outcome, &seen)
                next = waiting.popLast()
                if next != nil, isExhausted(outcome.found.count, seen) {
                    outcome.isComplete = false
                    break
                }
            }
        } catch {
            guard case .images = limit, error.cause != .interrupted else { throw .io(error) }
            outcome.isComplete = false
        }
        outcome.found.sort()
        return outcome
    }

    private func isExhausted(_ found: Int, _ seen: Int) -> Bool {
        guard case .images(let count) = limit else { return false }
        return found >= count || seen >= Self.mostEntries
    }

    /// Adds the images in a folder to the outcome, and its other folders to those that wait.
    private func add(
        _ folder: String, to waiting: inout [String], _ outcome: inout Outcome, _ seen: inout Int
    ) throws(IOFailure) {
        let names = try FileSystem.entries(of: folder.isEmpty ? root : "\(root)/\(folder)").sorted()
        var bounded = names[...]
        if case .images = limit, names.count > Self.mostEntries - seen {
            (bounded, outcome.isComplete) = (names.prefix(Self.mostEntries - seen), false)
        }
        seen += bounded.count
        for name in bounded.reversed() {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard try FileSystem.isPresentDirectory("\(root)/\(path)") else { continue }
            if try !isImage(path, root) {
                waiting.append(path)
            } else if outcome.found.count < Self.mostImages {
                outcome.found.append(path)
            } else {
                throw IOFailure(.list, root, .tooLarge(limit: Int64(Self.mostImages)))
            }
        }
    }
}
