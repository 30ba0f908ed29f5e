import ByteIO
import Foundation
import ImageLayers
import Synchronization
import TestSupport
import Testing

@Suite("Directories that change while they are read")
struct ChangedDirectoryTests {
    static let changes = [
        ("echo more >>z/f", "z/f"), ("touch -d 2020-01-01 z/f", "z/f"), ("chmod 600 z/f", "z/f"),
        ("cp z/f z/g; mv z/g z/f", "z"), ("rm z/f; ln -s /etc/passwd z/f", "z"), ("rm z/f", "z"),
        ("mv z old; ln -s old z", "z"), ("mv z/sub sub; mkdir z/sub", "z"), ("echo >z/sub/new", "z/sub"),
        ("truncate -s 1000 a", "a"), ("echo more >>a", "a"),
    ]

    @Test("a change is an error that names the first file that is not as before", arguments: changes)
    func changed(_ script: String, _ name: String) throws {
        let directory = try TemporaryDirectory()
        let root = directory.path("d")
        try Requests.shell("mkdir -p d/z/sub; seq 2000000 >d/a; echo 1 >d/z/f", in: directory.path)
        let isDone = Mutex(false)
        var maker = LayerMaker(
            spool: try SpoolDirectory(directory.path("spool")), recipe: nil, isExplicit: false, jobs: 1)
        let request = LayerRequest(.directory(root, at: "/"), origin: "")
        #expect(throws: LayerMakingError.io(IOFailure(.read, root + "/" + name, .changed))) {
            _ = try maker.layers([request], on: []) { _ in
                let isFirst = isDone.withLock { done in
                    defer { done = true }
                    return !done
                }
                if isFirst { #expect(throws: Never.self) { try Requests.shell(script, in: root) } }
            }
        }
    }
}
