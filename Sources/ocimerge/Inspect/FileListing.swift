internal import ByteIO
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

/// The words and members by which lists show a file.
enum FileText {
    /// `drwxr-xr-x`
    static func mode(_ entry: FileEntry) -> String {
        var letters = [kind(entry)]
        for (shift, special, mark) in [(6, 0o4000, "s"), (3, 0o2000, "s"), (0, 0o1000, "t")] as [(Int, Int, String)] {
            let bits = entry.mode >> shift
            letters.append(bits & 4 != 0 ? "r" : "-")
            letters.append(bits & 2 != 0 ? "w" : "-")
            let isExecutable = bits & 1 != 0
            if entry.mode & special != 0 {
                letters.append(isExecutable ? mark : mark.uppercased())
            } else {
                letters.append(isExecutable ? "x" : "-")
            }
        }
        return letters.joined()
    }

    private static func kind(_ entry: FileEntry) -> String {
        switch entry.kind {
        case .file: "-"
        case .directory: "d"
        case .symbolicLink: "l"
        case .hardLink: "h"
        case .characterDevice: "c"
        case .blockDevice: "b"
        case .fifo: "p"
        }
    }

    /// The path and the target of a link.
    static func name(_ entry: FileEntry) -> String {
        let path = TerminalText.escaped(path: entry.path)
        guard let target = entry.target else { return path }
        return entry.kind == .hardLink
            ? "\(path) link to \(TerminalText.escaped(path: FilePath(target)))"
            : "\(path) -> \(TerminalText.escaped(bytes: target))"
    }

    /// Names that are not UTF-8 have another member with their bytes.
    static func json(_ entry: FileEntry) -> JSONText {
        let slash = entry.kind == .hardLink ? [UInt8(ascii: "/")] : []
        let target = entry.target.map { slash + $0 }
        let digits = String(entry.mode, radix: 8)
        var members: [(String, JSONText)] =
            text("path", [UInt8(ascii: "/")] + entry.path.bytes) + [
                ("type", .string(entry.kind.rawValue)),
                ("mode", .string(String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits)),
                ("uid", .integer(entry.user)), ("gid", .integer(entry.group)), ("size", .integer(entry.size)),
            ]
        members += target.map { text("target", $0) } ?? [("target", .null)]
        if let device = entry.device {
            members.append(
                ("device", .object([("major", .integer(device.major)), ("minor", .integer(device.minor))])))
        }
        return .object(members + [("layer", .string(entry.layer.description))])
    }

    private static func text(_ key: String, _ bytes: [UInt8]) -> [(String, JSONText)] {
        if let text = String(validating: bytes, as: UTF8.self) { return [(key, .string(text))] }
        return [
            (key, .string(String(decoding: bytes, as: UTF8.self))), (key + "Base64", .string(Base64.text(bytes))),
        ]
    }
}

extension TerminalText {
    /// The path of a file in an image, from the root.
    static func escaped(path: FilePath) -> String { "/" + escaped(bytes: path.bytes) }

    /// Such a path as a part of a sentence.
    static func part(path: FilePath) -> String { shortened(escaped(path: path)) }

    /// Bytes that should be UTF-8. Others are written as `\x` and two digits.
    static func escaped(bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return escaped(text) }
        var result = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            // The longest valid beginning is found scalar by scalar: such names are rare and short.
            var iterator = rest.makeIterator()
            var parser = UTF8.ForwardParser()
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar):
                result += escaped(String(UTF8.decode(scalar)))
                rest = rest.dropFirst(scalar.count)
            case .error(let length):
                for byte in rest.prefix(length) { result += #"\x"# + Hex.text([byte]) }
                rest = rest.dropFirst(length)
            case .emptyInput: return result
            }
        }
        return result
    }
}
