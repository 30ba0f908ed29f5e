internal import ImageAudit
internal import ImageModel
internal import ImagePlanning

/// The files that `inspect --files` lists: those of an image, or one file and those below it.
struct FileListing {
    private let tree: ImageFileTree
    /// A link and the file that it leads to, or the file alone. Empty: the root.
    private let first: [FileEntry]
    /// The directory of the other files; `nil` if there are none.
    private let directory: FilePath?

    init(_ tree: ImageFileTree, below path: String?) throws(FilePathError) {
        self.tree = tree
        var first: [FileEntry] = []
        var last: FileEntry?
        if let path {
            last = try tree.file(at: path, followsLast: false)
            if let entry = last { first.append(entry) }
            // A link that leads to nothing is listed alone.
            if last?.kind == .symbolicLink {
                let end = try? tree.file(at: path)
                last = end ?? nil
                if let entry = last { first.append(entry) }
            }
        }
        self.first = first
        directory = last.map { $0.kind == .directory ? $0.path : nil } ?? (first.isEmpty ? FilePath("") : nil)
    }

    private func forEach<Failure>(_ body: (FileEntry) throws(Failure) -> Void) throws(Failure) {
        for entry in first { try body(entry) }
        if let directory { try tree.files.forEach(below: directory, body) }
    }

    // MARK: - Text

    /// Text is printed in pieces of this size: there may be a million files.
    private static let pieceSize = 64 << 10

    /// One line for each file, in the manner of `ls -ln`.
    func printText<Failure>(_ print: (String) throws(Failure) -> Void) throws(Failure) {
        var owner = 0
        var size = 0
        forEach { entry in
            owner = max(owner, Self.owner(entry).utf8.count)
            size = max(size, Self.size(entry).utf8.count)
        }
        var piece = ""
        try forEach { (entry) throws(Failure) in
            let columns = [
                FileText.mode(entry), Self.padded(Self.owner(entry), owner, atEnd: true),
                Self.padded(Self.size(entry), size, atEnd: false), FileText.name(entry),
            ]
            piece += columns.joined(separator: "  ") + "\n"
            if piece.utf8.count > Self.pieceSize { try print(exchange(&piece, with: "")) }
        }
        if !piece.isEmpty { try print(piece) }
    }

    private static func owner(_ entry: FileEntry) -> String { "\(entry.user)/\(entry.group)" }

    private static func size(_ entry: FileEntry) -> String {
        entry.device.map { "\($0.major),\($0.minor)" } ?? String(entry.size)
    }

    private static func padded(_ text: String, _ width: Int, atEnd: Bool) -> String {
        let spaces = String(repeating: " ", count: width - text.utf8.count)
        return atEnd ? text + spaces : spaces + text
    }

    // MARK: - JSON

    func printJSON<Failure>(_ print: (String) throws(Failure) -> Void) throws(Failure) {
        let frame = TerminalText.escaped(
            json: .object([
                ("source", .string(tree.source)),
                ("platform", tree.image.platform.map { .string($0.description) } ?? .null),
                ("digest", .string(tree.image.manifest.description)),
                ("files", .array([])),
            ]))
        let end = "]\n}\n"
        try print(String(frame.dropLast(end.count)))
        var piece = ""
        var isFirst = true
        try forEach { (entry) throws(Failure) in
            piece += isFirst ? "\n" : ",\n"
            isFirst = false
            piece += Self.indented(TerminalText.escaped(json: FileText.json(entry)))
            if piece.utf8.count > Self.pieceSize { try print(exchange(&piece, with: "")) }
        }
        try print(piece + (isFirst ? "" : "\n  ") + end)
    }

    private static func indented(_ json: String) -> String {
        json.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    }
}
