internal import ByteIO
internal import ImageAudit
internal import ImageModel

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
