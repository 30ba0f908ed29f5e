import TestSupport
import Testing

@testable import ByteIO

/// Digests agree with the test vectors of FIPS 180.
struct ContentHasherTests {
    static let vectors: [(String, ContentHasher.Algorithm, String)] = [
        ("", .sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", .sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", .sha256,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abc", .sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ]

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: vectors)
    func agreesWithTheStandard(_ text: String, _ algorithm: ContentHasher.Algorithm, _ expected: String) {
        #expect(Self.hex(ContentHasher.hash(Array(text.utf8), algorithm)) == expected)
        var hasher = ContentHasher(algorithm)
        for byte in text.utf8 { hasher.update([byte].span) }
        #expect(Self.hex(hasher.digest()) == expected)
    }

    @Test func hashesASourceInPieces() throws {
        let million = ScriptedSource([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000), step: 77_777)
        #expect(
            try Self.hex(ContentHasher.hash(million))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        let failure = IOFailure(.read, "x", .system(5))
        #expect(throws: failure) { try ContentHasher.hash(ScriptedSource([1], failure: failure)) }
    }
}
