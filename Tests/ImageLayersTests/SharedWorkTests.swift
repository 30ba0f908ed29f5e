import ByteIO
import ImageAudit
import ImageLayers
import ImageModel
import TestSupport
import Testing

@Suite("New layers of several images")
struct SharedWorkTests {
    @Test("a layer of the images is read once, and equal new layers are made once")
    func once() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell("mkdir -p d/etc d/bin; echo >d/etc/f; echo >d/bin/x", in: directory.path)
        let tars = [
            TarBuilder.archive([("etc/passwd", [1])]), TarBuilder.archive([("bin/sh", [2])]),
            TarBuilder.archive([("usr/lib", [3])]),
        ]
        let sources = tars.map(CountedSource.init)
        let layers = zip(tars, sources).map { ImageContents.Layer(digest: Digest(of: $0), source: $1) }
        var maker = LayerMaker(
            spool: try SpoolDirectory(directory.path("spool")), recipe: .gzip(level: 2), isExplicit: false, jobs: 2)
        let requests = [
            LayerRequest(.directory(directory.path("d"), at: "/"), origin: "one"),
            LayerRequest(.deletion(["/etc/f"]), origin: "two"),
        ]
        let images = [[layers[0], layers[1]], [layers[0], layers[1], layers[2]], [layers[0]]]
        let made = try images.map { try maker.layers(requests, on: $0) { _ in } }
        #expect(sources.map(\.count) == [1, 1, 1])
        #expect(made.map { $0.map(\.origin) } == [["one", "two"], ["one", "two"], ["one", "two"]])
        #expect(made[0].map(\.digest) == made[1].map(\.digest))
        // The third image lacks the directory `bin`.
        #expect(made[0][0].digest != made[2][0].digest)
        #expect(made[0][1].digest == made[2][1].digest)
        #expect(try Tree.names(in: directory.path("spool")).count == 3)
    }
}
