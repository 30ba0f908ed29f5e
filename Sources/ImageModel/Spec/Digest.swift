package import ByteIO

/// A content digest whose algorithm this program can compute. The grammar is narrower than the image-spec's: known
/// algorithm, exact length, lower-case hex. So a digest is always safe as a path or in a URL.
///
/// SHA-256 is kept as four words: a digest needs no allocation. Hex is computed.
package struct Digest: Hashable, Sendable {
    package typealias Algorithm = HashAlgorithm

    /// The bytes of the hash value, eight to a word, the first byte highest.
    private enum Words: Hashable {
        case sha256(UInt64, UInt64, UInt64, UInt64)
        case sha512([UInt64])
    }

    private let words: Words

    package var algorithm: Algorithm {
        switch words {
        case .sha256: .sha256
        case .sha512: .sha512
        }
    }

    package init(parsing text: String) throws(DigestError) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            let algorithm = Algorithm(rawValue: String(text[..<colon])),
            let digest = Digest(algorithm: algorithm, hex: text[text.utf8.index(after: colon)...])
        else { throw DigestError(text: text) }
        self = digest
    }

    /// `nil` unless `hex` is lower-case hex of the algorithm's length.
    package init?(algorithm: Algorithm, hex: some StringProtocol) {
        guard hex.utf8.count == algorithm.byteCount * 2 else { return nil }
        var words: [UInt64] = []
        words.reserveCapacity(algorithm.byteCount / 8)
        var word: UInt64 = 0
        for (number, byte) in hex.utf8.enumerated() {
            guard let value = Self.value(ofHex: byte) else { return nil }
            word = word << 4 | value
            if number % 16 == 15 { words.append(word) }
        }
        self.init(algorithm, words)
    }

    /// The length of the hex tells the algorithm. `nil` unless `hex` is lower-case hex of one of the lengths.
    package init?(hex: some StringProtocol) {
        let count = hex.utf8.count
        guard let algorithm = Algorithm.allCases.first(where: { $0.byteCount * 2 == count }) else { return nil }
        self.init(algorithm: algorithm, hex: hex)
    }

    /// From the bytes that the hash function returned.
    package init(_ algorithm: Algorithm, raw: [UInt8]) {
        precondition(raw.count == algorithm.byteCount, "a hash value has the length of its algorithm")
        let starts = stride(from: 0, to: raw.count, by: 8)
        self.init(algorithm, starts.map { raw[$0..<($0 + 8)].reduce(0) { $0 << 8 | UInt64($1) } })
    }

    private init(_ algorithm: Algorithm, _ words: [UInt64]) {
        switch algorithm {
        case .sha256: self.words = .sha256(words[0], words[1], words[2], words[3])
        case .sha512: self.words = .sha512(words)
        }
    }

    /// The bytes as the hash function returns them.
    package var raw: [UInt8] {
        list.flatMap { word in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) } }
    }

    package var hex: String { text(after: "") }

    private func text(after prefix: String) -> String {
        var text = Array(prefix.utf8)
        text.reserveCapacity(text.count + algorithm.byteCount * 2)
        for word in list {
            for shift in stride(from: 60, through: 0, by: -4) { text.append(Self.digits[Int(word >> shift & 15)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private var list: [UInt64] {
        switch words {
        case .sha256(let first, let second, let third, let fourth): [first, second, third, fourth]
        case .sha512(let words): words
        }
    }

    private static func value(ofHex byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

/// The order of the texts: by algorithm, then by hex.
extension Digest: Comparable {
    package static func < (left: Digest, right: Digest) -> Bool {
        switch (left.words, right.words) {
        case (.sha256(let one, let two, let three, let four), .sha256(let other, let second, let third, let fourth)):
            (one, two, three, four) < (other, second, third, fourth)
        case (.sha512(let words), .sha512(let others)): words.lexicographicallyPrecedes(others)
        case (.sha256, .sha512): true
        case (.sha512, .sha256): false
        }
    }
}

extension Digest: CustomStringConvertible {
    package var description: String { text(after: "\(algorithm.rawValue):") }
}

/// A text that is no digest that this program accepts.
package struct DigestError: Error, Equatable, Sendable {
    package let text: String

    package init(text: String) {
        self.text = text
    }
}
