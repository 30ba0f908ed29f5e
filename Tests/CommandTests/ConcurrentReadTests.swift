import Foundation
import TestSupport
import Testing

/// A layout that another program changes is read as it was before or after the change.
@Suite("Readers beside writers")
struct ConcurrentReadTests {
    @Test("ls and verify succeed while names are added and removed")
    func names() async throws {
        let directory = try TemporaryDirectory()
        let layout = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "-o", layout))
        let names = (0..<40).map { "demo/app:with-a-long-tag-\($0)" }
        async let writer: Void = {
            for name in names {
                try Program.ocimerge(["tag", "\(layout):demo/hello:1.0", name])
                try Program.ocimerge(["rm", "-q", "\(layout):\(name)"])
            }
        }()
        for _ in 0..<60 {
            let list = try Program.ocimerge(["ls", layout])
            #expect(list.status == 0, "\(list.stderr)")
            #expect(list.stdout.contains("demo/hello"), "\(list.stdout)")
            let verify = try Program.ocimerge(["verify", "-q", layout])
            #expect(verify.status == 0, "\(verify.stdout)\(verify.stderr)")
        }
        try await writer
    }

    @Test("an index that stays empty is an error")
    func empty() throws {
        let directory = try TemporaryDirectory()
        let layout = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "-o", layout))
        try Data().write(to: URL(fileURLWithPath: layout + "/index.json"))
        try expectOneSentence(Program.ocimerge(["ls", layout]), "ls")
    }
}
