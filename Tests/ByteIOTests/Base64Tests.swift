import Testing

@testable import ByteIO

@Suite struct Base64Tests {
    /// The examples of RFC 4648, section 10, and one with both digits that differ between alphabets.
    static let pairs: [(String, String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("user:pa:ss", "dXNlcjpwYTpzcw=="),
    ]

    @Test(arguments: pairs)
    func encodesAndDecodes(_ plain: String, _ encoded: String) {
        #expect(Base64.text(Array(plain.utf8)) == encoded)
        #expect(Base64.bytes(encoded) == Array(plain.utf8))
    }

    @Test func everyByteIsRestored() {
        for length in 0..<260 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ length) }
            #expect(Base64.bytes(Base64.text(bytes)) == bytes)
        }
        #expect(Base64.text([0xfb, 0xff, 0xfe]) == "+//+")
    }

    @Test(
        "another alphabet, missing or misplaced padding, unused bits and trailing text are refused",
        arguments: [
            "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zg==Zg==", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "-_-_", "Zm9é",
            "Z=g=",
        ])
    func refused(_ text: String) { #expect(Base64.bytes(text) == nil) }
}
