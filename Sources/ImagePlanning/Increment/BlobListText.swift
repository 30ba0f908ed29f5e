internal import ImageModel

extension BlobList {
    /// The list as text: `DIGEST SIZE MEDIATYPE [DIFFID]`, separated by tabs, one line for each blob, sorted.
    package var text: String { entries.map { $0.line + "\n" }.joined() }

    /// Parses such a text, and any other list of digests: the output of `ls blobs/sha256`, of `find` below it, of
    /// sha256sum. Blank lines and comments after a `#` are ignored. Every other line must begin with a digest. Memory
    /// grows with the number of blobs, not with the text.
    package init(parsing bytes: [UInt8]) throws(BlobListError) {
        self.init()
        // The byte order mark of Windows.
        var rest = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            try add(rest[..<end], number)
            rest = end == rest.endIndex ? [] : rest[(end + 1)...]
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>, _ number: Int) throws(BlobListError) {
        guard let start = line.first(where: { !Self.isSpace($0) }), start != UInt8(ascii: "#") else { return }
        // A line longer than any path with a digest lists no blob.
        let words = line.count > 8192 ? [] : line.split(maxSplits: 4, whereSeparator: Self.isSpace)
        let texts = words.map { String(decoding: $0, as: UTF8.self) }
        guard let entry = try Entry(texts, number) ?? (words.isEmpty ? nil : Entry(path: line)) else {
            throw .line(number, String(decoding: line.prefix(80), as: UTF8.self))
        }
        add(entry)
        if count > Self.entryLimit { throw .tooMany(limit: Self.entryLimit) }
    }

    /// Whether a file with this beginning is a list: it is text, and no JSON.
    package static func isList(_ head: [UInt8]) -> Bool {
        guard let first = head.first(where: { !isSpace($0) }), first != UInt8(ascii: "{"), first != UInt8(ascii: "[")
        else { return false }
        return first < 0x80 && head.allSatisfy { $0 >= 0x20 || isSpace($0) } || head.starts(with: [0xef, 0xbb, 0xbf])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

extension BlobList.Entry {
    fileprivate var line: String {
        let columns: [String?] = [
            digest.description, size.map { "\($0)" } ?? "-", mediaType.map(Self.column) ?? "-", diffID?.description,
        ]
        return columns.compactMap { $0 }.joined(separator: "\t")
    }

    /// A media type from a foreign document must not become another column or line.
    private static func column(_ type: MediaType) -> String {
        let text = type.rawValue
        return isMediaType(text) ? text : "-"
    }

    /// `nil` if there is no digest. The columns of this program's lines must be valid, because they end in manifests.
    fileprivate init?(_ words: [String], _ line: Int) throws(BlobListError) {
        guard let first = words.first, let digest = Self.digest(first) else { return nil }
        guard first.contains(":"), words.count > 2 else {
            self.init(digest: digest, size: nil, mediaType: nil)
            return
        }
        func column<V>(_ column: BlobListError.Column, _ number: Int, _ value: V?) throws(BlobListError) -> V? {
            if words[number] == "-" { return nil }
            guard let value else { throw .column(column, line, String(words[number].prefix(80))) }
            return value
        }
        let size = Int64(words[1]).flatMap { (0...Self.largestSize).contains($0) ? $0 : nil }
        self.init(
            digest: digest, size: try column(.size, 1, size),
            mediaType: try column(.mediaType, 2, Self.isMediaType(words[2]) ? MediaType(words[2]) : nil),
            diffID: words.count > 3 ? try column(.diffID, 3, try? Digest(parsing: words[3])) : nil)
    }

    /// The largest size in a descriptor.
    private static let largestSize: Int64 = 1 << 53

    private static func isMediaType(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && text.utf8.count < 256
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    /// A whole line as a path, whose folders may have spaces in their names.
    fileprivate init?(path: ArraySlice<UInt8>) {
        guard let digest = Self.digest(String(decoding: path, as: UTF8.self).trimmingEnd) else { return nil }
        self.init(digest: digest, size: nil, mediaType: nil)
    }

    private static func digest(_ word: String) -> Digest? {
        if let digest = try? Digest(parsing: word) { return digest }
        return Digest(hex: word) ?? LayoutPath(ending: word)?.digest
    }
}

extension String {
    fileprivate var trimmingEnd: String { String(reversed().drop(while: \.isWhitespace).reversed()) }
}

/// Why a file is no list of blobs.
package enum BlobListError: Error, Equatable, Sendable {
    package enum Column: Equatable, Sendable { case size, mediaType, diffID }

    /// A line that does not begin with a digest, with its number.
    case line(Int, String)
    case column(Column, Int, String)
    case tooMany(limit: Int)
}
