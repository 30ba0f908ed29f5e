import ImageModel

/// Makes the digests and sizes in an archive right again after contents were changed.
///
/// A member that is named by its digest keeps that name in every document and in the names of members: the digits of the
/// old digest are replaced by those of the new one, and the size beside them too. This changes other documents, whose
/// digests are then replaced in turn.
struct DigestRepair {
    private var pieces: [TarPieces.Piece]
    private var known: [[UInt8]]
    private static let roundLimit = 8

    /// `original` are the contents before the change, in the same order; further members are new.
    static func apply(to archive: inout TarPieces, original: [[UInt8]]) {
        var repair = DigestRepair(archive.pieces, original)
        repair.run()
        archive.pieces = repair.pieces
    }

    private init(_ pieces: [TarPieces.Piece], _ original: [[UInt8]]) {
        self.pieces = pieces
        known = original.map(Self.digits)
    }

    private static func digits(_ content: [UInt8]) -> [UInt8] { Array(Digest(of: content).hex.utf8) }

    private mutating func run() {
        for _ in 0..<Self.roundLimit {
            var isChanged = false
            for number in pieces.indices where number < known.count {
                let digits = Self.digits(pieces[number].content)
                guard digits != known[number] else { continue }
                replace(known[number], with: digits, size: pieces[number].content.count)
                known[number] = digits
                isChanged = true
            }
            if !isChanged { return }
        }
    }

    private mutating func replace(_ old: [UInt8], with new: [UInt8], size: Int) {
        for number in pieces.indices {
            if let place = ByteSearch.first(old, in: pieces[number].header) {
                pieces[number].header.replaceSubrange(place..<place + old.count, with: new)
            }
            var content = pieces[number].content
            var start = 0
            while let place = ByteSearch.first(old, in: content, from: start) {
                content.replaceSubrange(place..<place + old.count, with: new)
                start = place + old.count
                DescriptorSize.set(size, in: &content, around: place)
            }
            pieces[number].content = content
        }
    }
}

/// The size in the object around a digest.
enum DescriptorSize {
    private static let key = Array(#""size":"#.utf8)

    static func set(_ size: Int, in content: inout [UInt8], around place: Int) {
        guard let start = content[..<place].lastIndex(of: UInt8(ascii: "{")),
            let end = content[place...].firstIndex(of: UInt8(ascii: "}")),
            let found = ByteSearch.first(key, in: content, from: start), found < end
        else { return }
        let digits = content[(found + key.count)..<end]
        let first = digits.firstIndex { (0x30...0x39).contains($0) } ?? digits.endIndex
        let last = digits[first...].firstIndex { !(0x30...0x39).contains($0) } ?? digits.endIndex
        content.replaceSubrange(first..<last, with: Array(String(size).utf8))
    }
}

enum ByteSearch {
    static func first(_ wanted: [UInt8], in bytes: [UInt8], from start: Int = 0) -> Int? {
        guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
        var place = start
        while place <= bytes.count - wanted.count {
            if bytes[place] == first, bytes[place..<place + wanted.count].elementsEqual(wanted) { return place }
            place += 1
        }
        return nil
    }
}
