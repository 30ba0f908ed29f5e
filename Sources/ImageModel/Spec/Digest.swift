/// A content digest whose algorithm we can compute. The grammar is narrower than the image-spec's: known algorithm,
/// exact length, lower-case hex. So a digest is always safe as a path or in a URL.
package struct Digest: Hashable, Sendable {
    package enum Algorithm: String, Sendable, CaseIterable {
        case sha256, sha512

        package var hexCount: Int {
            switch self {
            case .sha256: 64
            case .sha512: 128
            }
        }
    }

    package let algorithm: Algorithm
    package let hex: String

    package init(parsing text: String) throws(DigestError) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            let algorithm = Algorithm(rawValue: String(text[..<colon])),
            let digest = Digest(algorithm: algorithm, hex: String(text[text.utf8.index(after: colon)...]))
        else { throw DigestError(text: text) }
        self = digest
    }

    /// Nil unless `hex` is lower-case hex of the algorithm's length.
    package init?(algorithm: Algorithm, hex: String) {
        guard hex.utf8.count == algorithm.hexCount, hex.utf8.allSatisfy(Self.isLowerHex) else { return nil }
        self.algorithm = algorithm
        self.hex = hex
    }

    /// From the bytes that the hash function returned.
    package init(_ algorithm: Algorithm, raw: [UInt8]) {
        precondition(raw.count * 2 == algorithm.hexCount, "a hash value has the length of its algorithm")
        let digits = Array("0123456789abcdef".utf8)
        self.algorithm = algorithm
        self.hex = String(decoding: raw.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// As a hash function returns it.
    package var raw: [UInt8] {
        let values = hex.utf8.map { $0 < UInt8(ascii: "a") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}

extension Digest: Comparable {
    package static func < (left: Digest, right: Digest) -> Bool {
        (left.algorithm.rawValue, left.hex) < (right.algorithm.rawValue, right.hex)
    }
}

extension Digest: CustomStringConvertible {
    package var description: String { "\(algorithm.rawValue):\(hex)" }
}

/// A text that is no digest we accept.
package struct DigestError: Error, Equatable, Sendable {
    package let text: String

    package init(text: String) {
        self.text = text
    }
}
