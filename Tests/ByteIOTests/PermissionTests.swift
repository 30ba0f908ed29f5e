import TestSupport
import Testing

@testable import ByteIO

struct PermissionTests {
    @Test func aFileIsForItsOwnerAloneFromItsFirstMoment() throws {
        let directory = try TemporaryDirectory()
        try StagedFile.write([1], to: directory.path("secret"), permissions: 0o600, sync: false)
        #expect(FileSystem.permissions(of: directory.path("secret")) == 0o600)
        #expect(FileSystem.permissions(of: directory.path("none")) == nil)
        try FileSystem.makeDirectories(directory.path("a/b"), permissions: 0o700)
        #expect(FileSystem.permissions(of: directory.path("a")) == 0o700)
        #expect(FileSystem.permissions(of: directory.path("a/b")) == 0o700)
    }
}
