import Foundation
import TestSupport
import Testing

/// What descriptors claim about one content must agree, in any order.
@Suite("Claims of descriptors")
struct ClaimTests {
    typealias Layout = HandmadeLayout

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A part of the error.
        let cause: String
        let build: @Sendable (inout Layout) -> Void
    }

    private static let indexAndManifest =
        "is named both as application/vnd.oci.image.index.v1+json and as application/vnd.oci.image.manifest.v1+json"

    static let cases = [
        Case(testDescription: "an index, then listed as a manifest", cause: indexAndManifest) { layout in
            let index = Layout.index([layout.image(more: Layout.platform)])
            layout.entries = [
                layout.blob(index, Layout.index, more: Layout.named("demo/a:1")),
                Layout.descriptor(Array(index.utf8), Layout.manifest, more: Layout.named("demo/a:2")),
            ]
        },
        Case(
            testDescription: "a manifest, then listed as an index in a nested index",
            cause: "is named both as application/vnd.oci.image.manifest.v1+json and as "
                + "application/vnd.oci.image.index.v1+json"
        ) { layout in
            let image = layout.image(more: Layout.platform)
            let lie = image.replacingOccurrences(of: Layout.manifest, with: Layout.index)
            layout.entries = [
                image, layout.blob(Layout.index([lie]), Layout.index, more: Layout.named("demo/a:1")),
            ]
        },
        Case(
            testDescription: "a layer that is the config of another image",
            cause: "is named both as application/vnd.oci.image.config.v1+json and as "
                + "application/vnd.oci.image.layer.v1.tar"
        ) { layout in
            let config = Layout.config(diffIDs: [SavedImage.digest(Layout.tar)])
            let first = layout.image(more: Layout.named("demo/a:1"))
            let second = Layout.manifest(
                config: layout.blob(Layout.config(diffIDs: [SavedImage.digest(Array(config.utf8))]), Layout.config),
                layers: [layout.blob(config, Layout.layer)])
            layout.entries = [first, layout.blob(second, Layout.manifest, more: Layout.named("demo/a:2"))]
        },
        Case(testDescription: "embedded data that is not the content", cause: ".data must be the content of sha256:") {
            layout in
            layout.entries = [layout.image(more: #","data":"aGVsbG8=""#)]
        },
        Case(testDescription: "embedded data that is no base64", cause: ".data must be the content of sha256:") {
            layout in
            let layer = layout.blob(Layout.tar, Layout.layer)
            let config = layout.blob(
                Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]), Layout.config, more: #","data":"?""#)
            layout.entries = [layout.blob(Layout.manifest(config: config, layers: [layer]), Layout.manifest)]
        },
        Case(testDescription: "a layer with two sizes", cause: "bytes") { layout in
            let config = layout.blob(
                Layout.config(diffIDs: [SavedImage.digest(Layout.tar), SavedImage.digest(Layout.tar)]), Layout.config)
            let right = layout.blob(Layout.tar, Layout.layer)
            let wrong = Layout.descriptor(SavedImage.digest(Layout.tar), size: "1", Layout.layer)
            layout.entries = [
                layout.blob(Layout.manifest(config: config, layers: [right, wrong]), Layout.manifest)
            ]
        },
    ]

    private func source(_ one: Case, in directory: borrowing TemporaryDirectory) throws -> String {
        var layout = Layout()
        one.build(&layout)
        let path = directory.path("in.tar")
        try Data(layout.archive).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("a contradiction is refused by merge in either order of the entries", arguments: cases, [false, true])
    func merge(_ one: Case, isReversed: Bool) throws {
        let directory = try TemporaryDirectory()
        var layout = Layout()
        one.build(&layout)
        if isReversed { layout.entries.reverse() }
        try Data(layout.archive).write(to: URL(fileURLWithPath: directory.path("in.tar")))
        for out in ["out", "out.tar", "docker-archive:out.tar"] {
            let run = try Program.ocimerge(["in.tar", "-o", out], directory: directory.path)
            expectOneSentence(run, "\(one.testDescription) to \(out)")
            if !isReversed { #expect(run.stderr.contains(one.cause), "\(run.stderr)") }
            #expect(try Tree.names(in: directory.path) == ["in.tar"])
        }
    }

    @Test("a contradiction is a finding of verify", arguments: cases)
    func verify(_ one: Case) throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(["verify", source(one, in: directory)])
        #expect(run.status == 1)
        let report = run.stdout + run.stderr
        #expect(report.contains(one.cause), "\(report)")
    }

    @Test("embedded data that is the content is accepted")
    func trueData() throws {
        let directory = try TemporaryDirectory()
        var layout = Layout()
        let config = Layout.config(diffIDs: [SavedImage.digest(Layout.tar)])
        let descriptor = layout.blob(
            config, Layout.config, more: #","data":"\#(Data(config.utf8).base64EncodedString())""#)
        let layer = layout.blob(Layout.tar, Layout.layer)
        layout.entries = [layout.blob(Layout.manifest(config: descriptor, layers: [layer]), Layout.manifest)]
        try Data(layout.archive).write(to: URL(fileURLWithPath: directory.path("in.tar")))
        try expectDone(Program.ocimerge(["verify", "-q", "in.tar"], directory: directory.path))
    }
}
