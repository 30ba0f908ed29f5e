import TestSupport
import Testing

@testable import ByteIO

/// The system's certificate authorities are read once for all requests.
struct AuthorityBundleTests {
    @Test func theSystemsFileIsReadOnce() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(Array("SYSTEM".utf8), to: "ca.crt")
        let bundle = AuthorityBundle(Array("NAMED".utf8))
        #expect(bundle.bytes { file } == Array("NAMED\nSYSTEM".utf8))
        #expect(
            bundle.bytes {
                Issue.record("asked again")
                return nil
            } == Array("NAMED\nSYSTEM".utf8))
    }

    @Test(arguments: [nil, "/nowhere/ca.crt"]) func anUnreadableFileAddsNoAuthority(file: String?) {
        #expect(AuthorityBundle(Array("NAMED".utf8)).bytes { file } == Array("NAMED\n".utf8))
    }
}
