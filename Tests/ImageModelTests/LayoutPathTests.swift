import ByteIO
import Testing

@testable import ImageModel

@Suite("paths of blobs in a layout")
struct LayoutPathTests {
    private static let hex = String(repeating: "0a", count: 32)

    @Test("a path is composed and parsed", arguments: HashAlgorithm.allCases)
    func roundTrip(_ algorithm: HashAlgorithm) {
        let path = LayoutPath(Digest(of: [1], algorithm: algorithm))
        #expect(path.description == "blobs/\(algorithm.rawValue)/\(path.digest.hex)")
        #expect(LayoutPath(parsing: path.description) == path)
        #expect(path.folder == "blobs/\(algorithm.rawValue)")
    }

    @Test(
        "other paths are refused",
        arguments: [
            "", "blobs", "blobs/sha256", "blobs/sha256/", "blobs/sha256/\(hex).tar", "blobs/sha512/\(hex)",
            "blobs/md5/\(hex)", "blob/sha256/\(hex)", "a/blobs/sha256/\(hex)", "blobs/sha256/a/\(hex)",
            "blobs/sha256/\(hex.uppercased())", hex,
        ])
    func refused(_ path: String) { #expect(LayoutPath(parsing: path) == nil) }

    @Test("a path may end in that of a blob", arguments: ["", "./", "/data/layout/", "a b/"])
    func endings(_ start: String) {
        #expect(LayoutPath(ending: start + "blobs/sha256/" + Self.hex)?.digest.hex == Self.hex)
    }
}
