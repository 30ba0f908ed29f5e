import ByteIO
import Testing

@testable import ImageModel

struct DigestTests {
    static let hex = String(repeating: "0123456789abcdef", count: 4)

    @Test func readsAndWrites() throws {
        let digest = try Digest(parsing: "sha256:" + Self.hex)
        #expect(digest.algorithm == .sha256)
        #expect(digest.hex == Self.hex)
        #expect(digest.description == "sha256:" + Self.hex)
        #expect(try Digest(parsing: "sha512:" + Self.hex + Self.hex).algorithm == .sha512)
    }

    @Test(
        arguments: [
            ("nothing", ""),
            ("no algorithm", hex),
            ("no hex", "sha256:"),
            ("an algorithm we cannot compute", "md5:\(hex.prefix(32))"),
            ("an algorithm in upper case", "SHA256:\(hex)"),
            ("one digit short", "sha256:\(hex.dropLast())"),
            ("one digit long", "sha256:\(hex)0"),
            ("the length of the other algorithm", "sha512:\(hex)"),
            ("upper case", "sha256:\(hex.uppercased())"),
            ("a path", "sha256:../\(hex.dropFirst(3))"),
            ("a NUL", "sha256:\(hex.dropLast())\0"),
            ("a letter whose bytes count as two", "sha256:\(hex.dropLast(2))\u{E9}"),
            ("a line end", "sha256:\(hex)\n"),
            ("a second colon", "sha256:\(hex.dropLast()):"),
        ] as [(String, String)])
    func refuses(_ why: String, _ text: String) {
        #expect(throws: DigestError(text: text), "\(why)") { try Digest(parsing: text) }
    }

    @Test func writesRawBytesAsHex() {
        let digest = Digest(.sha256, raw: [0x00, 0x0F, 0xF0, 0xFF] + Array(repeating: 0xA5, count: 28))
        #expect(digest.hex == "000ff0ff" + String(repeating: "a5", count: 28))
    }

    @Test("a digest is restored from its bytes, its hex and its text", arguments: HashAlgorithm.allCases)
    func roundTrip(_ algorithm: HashAlgorithm) throws {
        let raw = (0..<algorithm.byteCount).map { UInt8($0 * 37 & 0xff) }
        let digest = Digest(algorithm, raw: raw)
        #expect(digest.raw == raw)
        #expect(Digest(algorithm: algorithm, hex: digest.hex) == digest)
        #expect(Digest(hex: digest.hex) == digest)
        #expect(try Digest(parsing: digest.description) == digest)
    }

    @Test("the order of digests is that of their texts")
    func orderOfTexts() {
        let digests = (0..<200).map { Digest(of: [UInt8($0)], algorithm: $0 % 2 == 0 ? .sha256 : .sha512) }
        #expect(digests.sorted().map(\.description) == digests.map(\.description).sorted())
    }

    @Test func ordersByAlgorithmThenHex() throws {
        let low = Digest(.sha256, raw: Array(repeating: 1, count: 32))
        let high = Digest(.sha256, raw: Array(repeating: 2, count: 32))
        let other = try #require(Digest(algorithm: .sha512, hex: String(repeating: "0", count: 128)))
        #expect([other, high, low].sorted() == [low, high, other])
    }
}
