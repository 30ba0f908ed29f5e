internal import ImageModel

extension BlobList {
    /// `DIGEST SIZE MEDIATYPE [DIFFID]`, separated by tabs, a line each, sorted.
    package var text: String { entries.map { $0.line + "\n" }.joined() }

    /// Reads its own text and whatever else says digests: `ls blobs/sha256`, `find` below it, what sha256sum prints.
    /// Blank lines and comments behind a `#` say nothing; any other line must begin with a digest.
    package init(parsing bytes: [UInt8]) throws(BlobListError) {
        if bytes.count > Self.limit { throw .tooLarge(limit: Self.limit) }
        self.init()
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            // What Windows writes in front of a text.
            let text = number == 0 && line.starts(with: [0xef, 0xbb, 0xbf]) ? line.dropFirst(3) : line
            let words = text.split(whereSeparator: Self.isSpace).map { String(decoding: $0, as: UTF8.self) }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard let entry = Entry(words) ?? Entry(path: text) else {
                throw .line(number + 1, String(decoding: text.prefix(80), as: UTF8.self))
            }
            add(entry)
        }
    }

    /// Whether a file that begins like this is meant to be a list: it is text, and no JSON.
    package static func isList(_ head: [UInt8]) -> Bool {
        guard let first = head.first(where: { !isSpace($0) }), first != UInt8(ascii: "{"), first != UInt8(ascii: "[")
        else { return false }
        return first < 0x80 && head.allSatisfy { $0 >= 0x20 || isSpace($0) } || head.starts(with: [0xef, 0xbb, 0xbf])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

/// A file that should say which blobs somebody has does not.
package enum BlobListError: Error, Equatable, Sendable {
    case line(Int, String)
    case tooLarge(limit: Int64)
}

extension BlobList.Entry {
    fileprivate var line: String {
        let columns: [String?] = [
            digest.description, size.map { "\($0)" } ?? "-", mediaType.map(Self.column) ?? "-", diffID?.description,
        ]
        return columns.compactMap { $0 }.joined(separator: "\t")
    }

    /// A stranger's media type must not become another column or line.
    private static func column(_ type: MediaType) -> String {
        let text = type.rawValue
        return !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? text : "-"
    }

    fileprivate init?(_ words: [String]) {
        guard let first = words.first, let digest = Self.digest(first) else { return nil }
        let isOurs = first.contains(":") && words.count > 2
        self.init(
            digest: digest, size: isOurs ? Int64(words[1]) : nil,
            mediaType: isOurs && words[2] != "-" ? MediaType(words[2]) : nil,
            diffID: isOurs && words.count > 3 ? try? Digest(parsing: words[3]) : nil)
    }

    /// Folders may have spaces in their names.
    fileprivate init?(path: ArraySlice<UInt8>) {
        guard let digest = Self.digest(String(decoding: path, as: UTF8.self).trimmingEnd) else { return nil }
        self.init(digest: digest, size: nil, mediaType: nil)
    }

    private static func digest(_ word: String) -> Digest? {
        if let digest = try? Digest(parsing: word) { return digest }
        for algorithm in Digest.Algorithm.allCases {
            if let digest = Digest(algorithm: algorithm, hex: word) { return digest }
        }
        let parts = word.split(separator: "/").suffix(3).map(String.init)
        guard parts.count == 3, parts[0] == "blobs", let algorithm = Digest.Algorithm(rawValue: parts[1]) else {
            return nil
        }
        return Digest(algorithm: algorithm, hex: parts[2])
    }
}

extension String {
    fileprivate var trimmingEnd: String { String(reversed().drop(while: \.isWhitespace).reversed()) }
}
