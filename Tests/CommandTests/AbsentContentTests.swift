import Foundation
import TestSupport
import Testing

/// A result lacks nothing that an image needs, unless the command line allows it.
@Suite("Absent content")
struct AbsentContentTests {
    typealias Layout = HandmadeLayout

    private static let destinations = ["out/", "out.tar", "out.tar.gz", "oci:out", "oci-archive:out.tar"]

    /// A layout with an index of an image for amd64 and one for s390x.
    private static func twoPlatforms() -> (layout: Layout, s390x: (config: [UInt8], layer: [UInt8])) {
        var layout = Layout()
        let amd64 = layout.image(more: Layout.platform)
        let tar = TarBuilder.archive([("etc/motd", Array("s390x\n".utf8))])
        let config = Layout.config(diffIDs: [SavedImage.digest(tar)]).replacingOccurrences(of: "amd64", with: "s390x")
        let manifest = Layout.manifest(
            config: layout.blob(config, Layout.config), layers: [layout.blob(tar, Layout.layer)])
        let platform = Layout.platform.replacingOccurrences(of: "amd64", with: "s390x")
        let index = Layout.index([amd64, layout.blob(manifest, Layout.manifest, more: platform)])
        layout.entries = [layout.blob(index, Layout.index, more: Layout.named("docker.io/demo/a:1"))]
        return (layout, (Array(config.utf8), tar))
    }

    private static func write(_ layout: Layout, without absent: [[UInt8]], to directory: borrowing TemporaryDirectory)
        throws
    {
        let names = Set(absent.map(Layout.path))
        let files = layout.complete.filter { !names.contains($0.name) }
        try Data(TarBuilder.archive(files.map { ($0.name, $0.content) }))
            .write(to: URL(fileURLWithPath: directory.path("in.tar")))
    }

    /// `what` is the noun of the error.
    private func expectRefusal(_ what: String, _ content: [UInt8], in directory: borrowing TemporaryDirectory) throws {
        let others = Self.destinations + ["docker-archive:out.tar"]
        let commands =
            others.map { ["in.tar", "-o", $0] } + others.map { ["in.tar", "-t", "demo/b:1", "-o", $0] }
            + [
                ["pack", "in.tar", "-o", "out.tar"], ["in.tar", "--compress=gzip", "-o", "out"], ["in.tar", "-o", "-"],
            ]
        for command in commands {
            let run = try Program.ocimerge(command + ["--trust"], directory: directory.path)
            expectFailure(
                run,
                "in.tar: \(what) \(SavedImage.digest(content)) is needed and absent; the source is incomplete")
            #expect(try Tree.names(in: directory.path) == ["in.tar"])
        }
    }

    @Test("an index whose configs are absent is refused", arguments: [1, 2])
    func configs(_ count: Int) throws {
        let directory = try TemporaryDirectory()
        let (layout, s390x) = Self.twoPlatforms()
        let amd64 = Array(Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]).utf8)
        try Self.write(layout, without: count == 1 ? [s390x.config] : [amd64, s390x.config], to: directory)
        try expectRefusal("config", count == 1 ? s390x.config : amd64, in: directory)
    }

    @Test("a platform whose layer is absent is refused")
    func layer() throws {
        let directory = try TemporaryDirectory()
        let (layout, s390x) = Self.twoPlatforms()
        try Self.write(layout, without: [s390x.layer], to: directory)
        try expectRefusal("layer", s390x.layer, in: directory)
    }

    @Test("--platform needs only the blobs of the chosen platform")
    func selection() throws {
        let directory = try TemporaryDirectory()
        let (layout, s390x) = Self.twoPlatforms()
        try Self.write(layout, without: [s390x.layer], to: directory)
        try expectDone(
            Program.ocimerge(["in.tar", "--platform", "linux/amd64", "-q", "-o", "out"], directory: directory.path))
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/amd64"])
        let run = try Program.ocimerge(
            ["in.tar", "--platform", "linux/s390x", "-o", "none"], directory: directory.path)
        expectFailure(
            run,
            "in.tar: layer \(SavedImage.digest(s390x.layer)) is needed and absent; the source is incomplete")
    }

    @Test("--allow-incomplete writes the rest, and the report and verify say incomplete", arguments: destinations)
    func allowed(_ destination: String) throws {
        let directory = try TemporaryDirectory()
        let (layout, s390x) = Self.twoPlatforms()
        try Self.write(layout, without: [s390x.layer], to: directory)
        let run = try Program.ocimerge(
            ["in.tar", "--trust", "--allow-incomplete", "-o", destination], directory: directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        let digest = SavedImage.digest(s390x.layer)
        #expect(
            run.stderr.contains(
                "ocimerge: warning: in.tar: linux/s390x is incomplete, its layer \(digest) is absent; it is written "
                    + "without it\n"))
        #expect(run.stdout.split(separator: "\n").first?.hasSuffix(", incomplete") == true, "\(run.stdout)")
        let written = destination.split(separator: ":").last.map(String.init) ?? destination
        let verify = try Program.ocimerge(["verify", written], directory: directory.path)
        #expect(verify.status == 1)
        #expect(verify.stdout.contains("incomplete"), "\(verify.stdout)")
        let again = try Program.ocimerge(["in.tar", "--trust", "-o", "b"], directory: directory.path)
        #expect(again.status == 1)
    }

    @Test("--allow-incomplete is no option for a registry")
    func registry() throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(
            ["in.tar", "--allow-incomplete", "-o", "docker://localhost:1/a"], directory: directory.path)
        #expect(run.status == 2)
        #expect(run.stderr.contains("--allow-incomplete"))
    }

    @Test("a child of an index that was not pulled stays absent with a warning", arguments: destinations)
    func child(_ destination: String) throws {
        let directory = try TemporaryDirectory()
        let (layout, s390x) = Self.twoPlatforms()
        let manifest = try #require(
            layout.files.first { String(decoding: $0.content, as: UTF8.self).contains(SavedImage.digest(s390x.config)) }
        )
        try Self.write(layout, without: [manifest.content], to: directory)
        let run = try Program.ocimerge(["in.tar", "--trust", "-q", "-o", destination], directory: directory.path)
        expectDone(
            run,
            stderr: "ocimerge: warning: in.tar: linux/s390x is incomplete, \(SavedImage.digest(manifest.content)) is "
                + "absent; the copy lacks it too\n")
    }

    @Test("an index of which no image is present is refused")
    func indexAlone() throws {
        let directory = try TemporaryDirectory()
        let (layout, _) = Self.twoPlatforms()
        let manifests = layout.files.map(\.content).filter {
            String(decoding: $0.prefix(300), as: UTF8.self).contains("\"layers\":[{")
        }
        #expect(manifests.count == 2)
        try Self.write(layout, without: manifests, to: directory)
        for destination in Self.destinations + ["docker-archive:out.tar"] {
            let run = try Program.ocimerge(["in.tar", "-o", destination], directory: directory.path)
            expectOneSentence(run, "\(destination)")
            #expect(
                run.stderr.contains("no image of index sha256:") || run.stderr.contains("no complete"), "\(run.stderr)")
            #expect(try Tree.names(in: directory.path) == ["in.tar"])
        }
    }
}
