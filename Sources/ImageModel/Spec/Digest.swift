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
        guard let digest = Digest(utf8: text.utf8) else { throw DigestError(text: text) }
        self = digest
    }

    /// `nil` unless the bytes are the text of a digest.
    init?(utf8 text: some BidirectionalCollection<UInt8>) {
        for algorithm in Algorithm.allCases {
            let name = algorithm.rawValue.utf8
            guard text.starts(with: name) else { continue }
            let rest = text.dropFirst(name.count)
            guard rest.first == UInt8(ascii: ":") else { continue }
            self.init(algorithm, digits: rest.dropFirst())
            return
        }
        return nil
    }

    /// `nil` unless `hex` is lower-case hex of the algorithm's length.
    package init?(algorithm: Algorithm, hex: some StringProtocol) { self.init(algorithm, digits: Substring(hex).utf8) }

    private init?(_ algorithm: Algorithm, digits: some Collection<UInt8>) {
        switch algorithm {
        case .sha256:
            // The four words as one number that each digit shifts: a digest in a document costs no allocation.
            var (first, second, third, fourth): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
            var count = 0
            for digit in digits {
                guard count < algorithm.byteCount * 2, let value = Self.value(ofHex: digit) else { return nil }
                first = first << 4 | second >> 60
                second = second << 4 | third >> 60
                third = third << 4 | fourth >> 60
                fourth = fourth << 4 | value
                count += 1
            }
            guard count == algorithm.byteCount * 2 else { return nil }
            words = .sha256(first, second, third, fourth)
        case .sha512:
            guard digits.count == algorithm.byteCount * 2 else { return nil }
            var words: [UInt64] = []
            var word: UInt64 = 0
            for (number, digit) in digits.enumerated() {
                guard let value = Self.value(ofHex: digit) else { return nil }
                word = word << 4 | value
                if number % 16 == 15 { words.append(word) }
            }
            self.words = .sha512(words)
        }
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
        func word(at start: Int) -> UInt64 {
            var word: UInt64 = 0
            for place in start..<start + 8 { word = word << 8 | UInt64(raw[place]) }
            return word
        }
        switch algorithm {
        case .sha256: words = .sha256(word(at: 0), word(at: 8), word(at: 16), word(at: 24))
        case .sha512: words = .sha512(stride(from: 0, to: raw.count, by: 8).map(word))
        }
    }

    /// The bytes as the hash function returns them.
    package var raw: [UInt8] {
        list.flatMap { word in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) } }
    }

    package var hex: String { text(after: "") }

    func text(after prefix: String) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(prefix.utf8.count + algorithm.byteCount * 2)
        text.append(contentsOf: prefix.utf8)
        func append(_ word: UInt64) {
            for place in 1...16 {
                let value = UInt8(truncatingIfNeeded: word >> UInt64(64 - 4 * place) & 15)
                text.append(value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
            }
        }
        switch words {
        case .sha256(let first, let second, let third, let fourth):
            append(first)
            append(second)
            append(third)
            append(fourth)
        case .sha512(let words): for word in words { append(word) }
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
    package var description: String { text(after: algorithm == .sha256 ? "sha256:" : "sha512:") }
}

/// A text that is no digest that this program accepts.
package struct DigestError: Error, Equatable, Sendable {
    package let text: String

    package init(text: String) {
        self.text = text
    }
}
