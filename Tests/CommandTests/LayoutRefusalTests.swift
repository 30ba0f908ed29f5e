import Foundation
import TestSupport
import Testing

@Suite("A refused tag, rm or gc prints one sentence and changes nothing")
struct LayoutRefusalTests {
    private static let only =
        "; this command works on OCI image layout directories; to make one: ocimerge copy SOURCE DIR/"

    @Test(
        "A source that is not a layout directory is refused",
        arguments: [
            ("docker20/hello-amd64.tar", "is not a directory" + only),
            ("skopeo1/unnamed-s390x.oci-archive.tar", "is not a directory" + only),
            ("-", "is not a directory" + only),
            ("docker20", "is not an image layout, which is a directory with oci-layout and index.json"),
        ])
    func otherSources(_ source: String, _ sentence: String) throws {
        expectFailure(
            try Program.ocimerge(["gc", source], directory: fixtures),
            "\(source == "-" ? "standard input" : source) \(sentence)", status: source == "-" ? 2 : 1)
        if source == "-" { return }
        for arguments in [["rm", source + ":x"], ["tag", source + ":x", "y"]] {
            expectFailure(
                try Program.ocimerge(arguments, directory: fixtures), "\(source):x \(sentence)")
        }
    }

    @Test(
        "A wrong command line is a usage error",
        arguments: [
            (
                ["rm", "l"],
                "l: an image must be named: write LAYOUT:NAME or LAYOUT@DIGEST; ocimerge ls lists the names"
            ),
            (["gc", "l:1.0"], "l:1.0: the command applies to a whole layout; omit the name of the image"),
            (
                ["tag", "l", "new"],
                "l: an image must be named: write LAYOUT:NAME or LAYOUT@DIGEST; ocimerge ls lists the names"
            ),
            (
                ["tag", "l:demo/app:1.0", "demo/NEW"],
                "'demo/NEW' is not an image name; write NAME[:TAG] in lower case, e.g. demo/app:1.0"
            ),
            (
                ["tag", "l:demo/app:1.0", "a b"],
                "'a b' is not a tag; write letters, digits, '.', '_' and '-', e.g. 1.0, or NAME:TAG"
            ),
            (
                ["gc", "l=linux/amd64"],
                "l=linux/amd64: =PLATFORM is not allowed for a layout; use it with merge"
            ),
            (["rm", "l:a", "m:b"], "all images must be in one layout, not in l and m"),
            (
                ["rm", "l@sha256:12"],
                "l@sha256:12: 'sha256:12' is not a digest; write PATH@sha256:HEX with 64 lower-case digits"
            ),
            (
                ["tag", "l@sha256:12", "new"],
                "l@sha256:12: 'sha256:12' is not a digest; write PATH@sha256:HEX with 64 lower-case digits"
            ),
        ])
    func usage(_ arguments: [String], _ sentence: String) throws {
        let layout = try TwoImageLayout()
        try FileManager.default.copyItem(atPath: layout.path, toPath: layout.directory.path("m"))
        let before = try Tree.read(layout.path)
        let run = try Program.ocimerge(arguments, directory: layout.directory.path)
        expectFailure(run, sentence, status: 2)
        #expect(try Tree.read(layout.path) == before)
    }

    @Test("An unknown name is refused with the similar and existing names")
    func unknownName() throws {
        let layout = try TwoImageLayout()
        let names = "it holds docker.io/demo/app:1.0, docker.io/demo/other:1.0"
        for arguments in [["rm", "l:demo/ap:1.0"], ["tag", "l:demo/ap:1.0", "x"]] {
            expectFailure(
                try Program.ocimerge(arguments, directory: layout.directory.path),
                "l:demo/ap:1.0: no image demo/ap:1.0 in it; did you mean demo/app:1.0? \(names)")
        }
        expectFailure(try layout.run("rm", "l:nothing"), "l:nothing: no image nothing in it; \(names)")
        expectFailure(
            try layout.run("rm", "l:demo/app:1.0", "l:nothing"), "l:nothing: no image nothing in it; \(names)")
        expectFailure(try layout.run("rm", "l:1.0"), "l:1.0: '1.0' matches several images; \(names)")
        #expect(
            try layout.list
                == TwoImageLayout.text([TwoImageLayout.app, TwoImageLayout.second].map(TwoImageLayout.spaced)))
    }

    @Test("A layout with a manifest.json for docker is not edited")
    func hybrid() throws {
        let layout = try TwoImageLayout()
        try layout.directory.write(Array("[]".utf8), to: "l/manifest.json")
        let sentence =
            "l has a manifest.json for docker, which would keep the old names; copy it to a new layout first"
        expectFailure(try layout.run("rm", "l:demo/app:1.0"), sentence)
        expectFailure(try layout.run("tag", "l:demo/app:1.0", "x"), sentence)
        #expect(
            try layout.run("ls", "l").stderr
                == "ocimerge: warning: l also has a manifest.json for docker; this list is that of index.json\n")
        #expect(try layout.run("gc", "l").stdout == "freed 0 B in l: 0 blobs removed, 11 kept\n")
    }

    @Test(
        "A write error names the layout as typed",
        arguments: ["tag link:demo/app:1.0 x:1", "rm link:demo/app:1.0", "$0 -t x:1 --update -o link"])
    func nothingToWrite(_ command: String) throws {
        let layout = try TwoImageLayout()
        let directory = layout.directory.path
        try Program.run("ln", ["-s", "l", directory + "/link"])
        try FileManager.default.copyItem(atPath: Program.ocimerge, toPath: directory + "/ocimerge")
        try FileManager.default.copyItem(atPath: Program.fixture("tar/plain.tar"), toPath: directory + "/plain.tar")
        // Root may write everywhere, so another user runs the command.
        let line = command.replacingOccurrences(of: "$0", with: "merge plain.tar")
        let script =
            "chmod -R a+rX . && chmod 555 l && exec setpriv --reuid 65534 --regid 65534 --clear-groups ./ocimerge "
            + line
        let run = try Program.run("sh", ["-c", script], directory: directory)
        expectFailure(run, "cannot write link: Permission denied")
    }

    @Test("A read-only layout is refused", .enabled { geteuid() != 0 })
    func readOnly() throws {
        let layout = try TwoImageLayout()
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: layout.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: layout.path) }
        expectOneSentence(try layout.run("rm", "l:demo/app:1.0"), "read-only")
        expectDone(try layout.run("rm", "--dry-run", "l:demo/app:1.0"))
    }
}
