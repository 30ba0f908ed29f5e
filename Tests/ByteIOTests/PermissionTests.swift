import Foundation
import TestSupport
import Testing

@testable import ByteIO

/// A file is never accessible to more users than the file that it replaces.
struct PermissionTests {
    @Test("a new file has its permissions from the first moment")
    func newFile() throws {
        let directory = try TemporaryDirectory()
        try StagedFile.write([1], to: directory.path("secret"), permissions: 0o600, sync: false)
        #expect(FileSystem.permissions(of: directory.path("secret")) == 0o600)
        #expect(FileSystem.permissions(of: directory.path("none")) == nil)
        try FileSystem.makeDirectories(directory.path("a/b"), permissions: 0o700)
        #expect(FileSystem.permissions(of: directory.path("a")) == 0o700)
        #expect(FileSystem.permissions(of: directory.path("a/b")) == 0o700)
    }

    @Test("a staging directory is private")
    func staging() throws {
        let directory = try TemporaryDirectory()
        let staging = try StagingDirectory(in: directory.path, for: "x", destination: directory.path("x"))
        #expect(FileSystem.permissions(of: staging.path) == 0o700)
        staging.discard()
    }

    @Test(
        "owner, group and permissions of a file of the same user are kept",
        arguments: [0o600, 0o640, 0o664, 0o444, 0o755])
    func ownFile(_ mode: Int) throws {
        let directory = try TemporaryDirectory()
        for name in ["old", "new"] { try directory.write([1], to: name) }
        chmod(directory.path("old"), mode_t(mode))
        try FileSystem.copyPermissions(of: directory.path("old"), to: directory.path("new"))
        #expect(FileSystem.permissions(of: directory.path("new")) == UInt32(mode))
    }

    /// User 1001 replaces a file of user 1002 and group 2000.
    struct Case: Codable, Sendable {
        let why: String
        let groups: [UInt32]
        let mode, expectedMode, expectedGroup: UInt32
    }

    static let cases = [
        Case(why: "a member keeps the group", groups: [2000], mode: 0o660, expectedMode: 0o660, expectedGroup: 2000),
        Case(why: "a member drops set-user-ID", groups: [2000], mode: 0o4754, expectedMode: 0o754, expectedGroup: 2000),
        Case(
            why: "a stranger keeps the owner's bits", groups: [], mode: 0o664, expectedMode: 0o600, expectedGroup: 1001),
        Case(why: "a stranger drops set-group-ID", groups: [], mode: 0o2755, expectedMode: 0o700, expectedGroup: 1001),
    ]

    @Test("access is not widened when the owner cannot be kept", .enabled { getuid() == 0 }, arguments: cases)
    func otherOwner(_ test: Case) async throws {
        let directory = try TemporaryDirectory()
        let (old, new) = (directory.path("old"), directory.path("new"))
        for name in ["old", "new"] { try directory.write([1], to: name) }
        chown(old, 1002, 2000)
        chmod(old, mode_t(test.mode))
        chown(new, 1001, 1001)
        chmod(new, 0o644)
        chmod(directory.path, 0o755)
        await #expect(processExitsWith: .exitCode(7)) {
            [old = old as String, new = new as String, test = test as Case] in
            guard setgroups(test.groups.count, test.groups) == 0, setgid(1001) == 0, setuid(1001) == 0 else { exit(2) }
            try FileSystem.copyPermissions(of: old, to: new)
            exit(7)
        }
        var status = stat()
        #expect(stat(new, &status) == 0)
        #expect(status.st_mode & 0o7777 == test.expectedMode)
        #expect(status.st_uid == 1001)
        #expect(status.st_gid == test.expectedGroup)
    }
}
