/// The name of a file in its directory: bytes of unknown encoding.
typealias FileName = [UInt8]

/// The path of a file inside an image, without slashes at its ends and without empty parts. Paths are bytes, because a
/// layer states no encoding: names that are not UTF-8 stay different. Empty: the root.
package struct FilePath: Hashable, Sendable {
    package let bytes: [UInt8]

    /// `./a//b/` becomes `a/b`. Parts `..` stay.
    package init(_ bytes: [UInt8]) {
        if Self.isPlain(bytes) {
            self.init(joined: bytes)
        } else {
            self.init(names: Self.names(in: bytes).filter { $0 != Self.here })
        }
    }

    package init(_ text: String) { self.init(Array(text.utf8)) }

    init(names: some Sequence<FileName>) { self.init(joined: Array(names.joined(separator: [Self.slash]))) }

    private init(joined bytes: [UInt8]) { self.bytes = bytes }

    /// Whether no part is empty, `.` or `..`. Such paths, as most in layers, need not be split.
    private static func isPlain(_ bytes: [UInt8]) -> Bool {
        var length = 0
        var dots = 0
        for byte in bytes {
            if byte == slash {
                if length == dots, length <= 2 { return false }
                (length, dots) = (0, 0)
            } else {
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        return length != dots || length > 2
    }

    static let slash = UInt8(ascii: "/")
    static let here: FileName = [UInt8(ascii: ".")]
    static let parent: FileName = [UInt8(ascii: "."), UInt8(ascii: ".")]

    static func names(in bytes: [UInt8]) -> [FileName] { bytes.split(separator: slash).map { Array($0) } }

    package var names: [[UInt8]] { Self.names(in: bytes) }

    /// The last part; empty for the root.
    package var name: [UInt8] { bytes.lastIndex(of: Self.slash).map { Array(bytes[($0 + 1)...]) } ?? bytes }

    /// The path as a container sees it, with a leading slash.
    package var absoluteText: String { "/" + String(decoding: bytes, as: UTF8.self) }

    /// The path without its last part.
    package var directory: FilePath { FilePath(joined: Array(bytes[..<(bytes.lastIndex(of: Self.slash) ?? 0)])) }

    /// The path of a file in this directory.
    package func appending(_ name: [UInt8]) -> FilePath {
        FilePath(joined: bytes.isEmpty ? name : bytes + [Self.slash] + name)
    }

    /// Whether this is the directory, or a path below it.
    package func isInside(_ directory: FilePath) -> Bool {
        bytes.starts(with: directory.bytes)
            && (directory.bytes.isEmpty || bytes.count == directory.bytes.count
                || bytes[directory.bytes.count] == Self.slash)
    }

    /// The path without parts `..`; `nil` if they lead out of the root.
    var withoutClimbing: FilePath? {
        if Self.isPlain(bytes) { return self }
        var names: [FileName] = []
        for name in self.names {
            if name != Self.parent {
                names.append(name)
            } else if names.popLast() == nil {
                return nil
            }
        }
        return FilePath(names: names)
    }
}

extension FilePath: Comparable {
    /// A directory comes before its files, and they before the next name in the directory above.
    package static func < (left: FilePath, right: FilePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes) { rank($0) < rank($1) }
    }

    /// No name has a zero.
    private static func rank(_ byte: UInt8) -> UInt8 { byte == slash ? 0 : byte }
}
