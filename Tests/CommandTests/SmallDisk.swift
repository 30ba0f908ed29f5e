import Foundation
import TestSupport
import Testing

/// A file system of a few megabytes. It is unmounted with the value.
struct SmallDisk: ~Copyable {
    let path: String

    /// Mounts the file system; `nil` if mounting is not permitted.
    init?(_ directory: String, bytes: Int) throws {
        path = directory
        let options = "size=\(bytes),mode=755"
        guard try Program.run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).status == 0 else { return nil }
    }

    deinit { _ = try? Program.run("umount", ["-l", path]) }
}

extension SmallDisk {
    /// Records that mounting is not permitted. Root can mount, so for root this is a failure.
    static func notPermitted() throws {
        let isCI = ProcessInfo.processInfo.environment["CI"] != nil
        #expect(!isCI, "mounting a tmpfs is not permitted here")
        print("SKIPPED: a full disk needs the right to mount a tmpfs")
    }
}
