import Foundation
import TestSupport
import Testing

@Suite("Accepted and refused destinations")
struct DestinationTests {
    private static let one = "docker20/hello-amd64.tar"

    static let wrong: [(destination: String, flags: [String], sentence: String)] = [
        (
            "D/new.tar", ["--update"],
            "D/new.tar is an archive, but --update adds only to layouts; replace the archive with --force"
        ),
        ("-", ["--update"], "- is an archive, but --update adds only to layouts; replace the archive with --force"),
        ("oci:D/new:1", [], "a destination cannot contain a name; write oci:D/new as destination and -t NAME:1"),
        (
            "docker-archive:D/y.tar:demo/x:1", [],
            "a destination cannot contain a name; write docker-archive:D/y.tar as destination and -t demo/x:1"
        ),
        (
            "oci:D/it's:1", [],
            "a destination cannot contain a name; write 'oci:D/it'\\''s' as destination and -t NAME:1"
        ),
        (
            "D/new.zip", [],
            "D/new.zip: this format cannot be written; write X.tar, X.tar.gz or X.tar.zst for an archive, or D/new.zip/ "
                + "for a layout"
        ),
        (
            "docker://host/X", [],
            "cannot write docker://host/X: repositories are written in lower case: host/x"
        ),
        (
            "https://h.io/x", [],
            "cannot write https://h.io/x: an image in a registry is written docker://HOST/REPO[:TAG]"
        ),
        (
            "docker://h.io/x", ["--force"],
            "--force has no effect in a registry, where a tag moves to the new image; omit it"
        ),
        (
            "docker://h.io/x", ["--split", "4G"],
            "--split has no effect in a registry, where a tag moves to the new image; omit it"
        ),
        (
            "docker://h.io/x", ["-t", "h.io/y:2"],
            "h.io/y:2 is not in h.io/x, the destination of the result; write -t h.io/x:TAG for another tag"
        ),
        (
            "docker-daemon:x:1", [],
            "docker-daemon:x:1: cannot write to docker-daemon:; write an archive (X.tar) for the engine to load, or "
                + "put ./ before a file name"
        ),
        (
            "dir:D/new", ["--update"],
            "D/new: a dir: directory holds one image, so --update has nothing to add to; use --force"
        ),
    ]

    @Test("an invalid destination is a usage error", arguments: wrong.indices)
    func usage(_ number: Int) throws {
        let (destination, flags, sentence) = Self.wrong[number]
        let directory = try TemporaryDirectory()
        func full(_ text: String) -> String { text.replacingOccurrences(of: "D/", with: directory.path + "/") }
        expectFailure(
            try Program.ocimerge([Self.one, "-o", full(destination)] + flags, directory: fixtures), full(sentence),
            status: 2)
        #expect(try Tree.names(in: directory.path) == [])
    }

    static let lookalikes: [(destination: String, advice: String)] = [
        ("app:1.0", "the destination is docker://app:1.0 for a registry, or DIR/ with -t app:1.0 for a layout"),
        (
            "demo/app:1.0",
            "the destination is docker://demo/app:1.0 for a registry, or DIR/ with -t demo/app:1.0 for a layout"
        ),
        (
            "ghcr.io/me/app",
            "the destination is docker://ghcr.io/me/app for a registry, or DIR/ with -t ghcr.io/me/app:latest for a layout"
        ),
        (
            "localhost:5000/app",
            "the destination is docker://localhost:5000/app for a registry, or DIR/ with -t localhost:5000/app:latest for a layout"
        ),
        (
            "localhost/app",
            "the destination is docker://localhost/app for a registry, or DIR/ with -t localhost/app:latest for a layout"
        ),
        ("App:1", "the destination is DIR/ with -t NAME for a layout"),
        ("user@host", "the destination is DIR/ with -t NAME for a layout"),
    ]

    @Test("a destination that looks like the name of an image is a usage error", arguments: lookalikes.indices)
    func lookalike(_ number: Int) throws {
        let (destination, advice) = Self.lookalikes[number]
        let directory = try TemporaryDirectory()
        let source = Program.fixture(Self.one)
        for arguments in [[source], ["pack", source], ["fix", source, "--platform", "linux/amd64"]] {
            expectFailure(
                try Program.ocimerge(arguments + ["-o", destination], directory: directory.path),
                "\(destination) looks like the name of an image; \(advice)", status: 2)
        }
        #expect(try Tree.names(in: directory.path) == [])
        for explicit in ["./\(destination)", destination + "/"] where !destination.contains("/") {
            let run = try Program.ocimerge([source, "-o", explicit, "--force"], directory: directory.path)
            #expect(run.status == 0 && run.stdout.hasPrefix("wrote OCI layout \(explicit): "), "\(run)")
        }
        // A layout that exists is meant.
        guard !destination.contains("/") else { return }
        expectDone(try Program.ocimerge([source, "-q", "-o", destination, "--force"], directory: directory.path))
    }

    @Test(
        "a suffix of another format is a usage error",
        arguments: ["out.oci", "o.img", "o.tar.gz.bak", "o.tar.br", "o.zip", "o.gz"])
    func suffix(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge([Program.fixture(Self.one), "-o", name], directory: directory.path)
        expectFailure(
            run,
            "\(name): this format cannot be written; write X.tar, X.tar.gz or X.tar.zst for an archive, or \(name)/ for a "
                + "layout", status: 2)
        #expect(try Tree.names(in: directory.path) == [])
        expectDone(
            try Program.ocimerge([Program.fixture(Self.one), "-q", "-o", name + "/"], directory: directory.path))
    }

    @Test("an absolute path with a tag is a usage error, and a slash makes it a directory")
    func absolute() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("app:1.0")
        expectFailure(
            try ocimerge(Self.one, "-o", out),
            "a destination cannot contain a name; write \(directory.path("app")) as destination and -t NAME:1.0",
            status: 2)
        #expect(try Tree.names(in: directory.path) == [])
        expectDone(try ocimerge(Self.one, "-q", "-o", out + "/"))
        expectDone(try ocimerge(Self.one, "-q", "-o", directory.path("user@host")))
    }

    @Test("a name behind a layout that exists is a usage error")
    func nameBehindLayout() throws {
        let directory = try TemporaryDirectory()
        let source = Program.fixture(Self.one)
        expectDone(try Program.ocimerge([source, "-q", "-o", "multi"], directory: directory.path))
        let before = try Tree.read(directory.path)
        expectFailure(
            try Program.ocimerge([source, "-o", "multi:app:9", "--update"], directory: directory.path),
            "a destination cannot contain a name; write multi as destination and -t app:9", status: 2)
        #expect(try Tree.read(directory.path) == before)
    }

    @Test("fix refuses other transports, too")
    func corrected() throws {
        let run = try ocimerge(
            "fix", Self.one, "-o", "docker-daemon:x.tar", "--platform", "linux/amd64", "--trust")
        #expect(run.status == 2)
        #expect(run.stderr.hasPrefix("ocimerge: docker-daemon:x.tar: cannot write to docker-daemon:"))
    }

    static let refused: [(destination: String, flags: [String], sentence: String, why: String)] = [
        (
            "layout", [], "D/layout exists; add to it with --update, replace it with --force, or choose another name",
            "a layout"
        ),
        (
            "layout/", [], "D/layout exists; add to it with --update, replace it with --force, or choose another name",
            "a slash"
        ),
        (
            "other", [],
            "D/other is not an OCI image layout, so it is neither updated nor replaced; remove it yourself or choose another name",
            "a directory"
        ),
        (
            "other", ["--force"],
            "D/other is not an OCI image layout, so it is neither updated nor replaced; remove it yourself or choose another name",
            "--force replaces layouts only"
        ),
        (
            "other", ["--update"],
            "D/other is not an OCI image layout, so it is neither updated nor replaced; remove it yourself or choose another name",
            "--update adds only to layouts"
        ),
        ("file", [], "D/file exists and is not a directory; choose another name", "a file"),
        ("file", ["--force"], "D/file exists and is not a directory; choose another name", "a file and --force"),
        ("dangling", [], "D/dangling is a dangling link; remove it or choose another name", "a link to nowhere"),
        ("none/out", [], "the directory D/none for the result does not exist; create it first", "no parent"),
    ]

    @Test("existing content is refused and stays unchanged", arguments: refused.indices)
    func refuses(_ number: Int) throws {
        let (destination, flags, sentence, _) = Self.refused[number]
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge("jib/hello-arm64.tar", "-q", "-o", directory.path("layout")))
        try directory.write([1], to: "other/precious")
        try directory.write([2], to: "file")
        try FileManager.default.createSymbolicLink(atPath: directory.path("dangling"), withDestinationPath: "nowhere")
        let before = try Tree.read(directory.path)
        for extra in [[], ["--dry-run"]] {
            let run = try Program.ocimerge(
                [Self.one, "-o", directory.path(destination)] + flags + extra, directory: fixtures)
            expectFailure(run, sentence.replacingOccurrences(of: "D/", with: directory.path + "/"))
            #expect(try Tree.read(directory.path) == before)
        }
    }

    @Test("a layout whose blobs are behind a link is not updated")
    func linkedBlobs() throws {
        let directory = try TemporaryDirectory()
        expectDone(try ocimerge(Self.one, "-q", "-o", directory.path("out")))
        try FileManager.default.moveItem(atPath: directory.path("out/blobs"), toPath: directory.path("pool"))
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("out/blobs"), withDestinationPath: "../pool")
        let before = try Tree.read(directory.path)
        expectFailure(
            try ocimerge("jib/hello-arm64.tar", "-t", "demo/a:1", "--update", "-o", directory.path("out")),
            "\(directory.path("out"))/blobs is a link, which is not followed; put the directory itself there")
        #expect(try Tree.read(directory.path) == before)
    }

    @Test("an empty directory and a link to one are accepted")
    func empty() throws {
        let directory = try TemporaryDirectory()
        for name in ["empty", "behind"] {
            try FileManager.default.createDirectory(atPath: directory.path(name), withIntermediateDirectories: false)
        }
        try FileManager.default.createSymbolicLink(atPath: directory.path("link"), withDestinationPath: "behind")
        for name in ["empty", "link"] {
            try expectDone(ocimerge(Self.one, "-q", "-o", directory.path(name)))
            try soundLayout(directory.path(name))
        }
        #expect(try Tree.names(in: directory.path) == ["behind", "empty", "link"])
        try soundLayout(directory.path("behind"))
    }

    @Test("--force replaces a whole layout, or creates one")
    func force() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("buildah1/multiarch.oci-dir", "-q", "--force", "-o", out))
        try directory.write([1], to: "out/foreign")
        expectFailure(
            try ocimerge(Self.one, "-q", "--force", "-o", out),
            "\(out) holds foreign, which is not part of an image layout, so --force does not replace it; remove it "
                + "yourself or choose another name")
        #expect(try Tree.read(out)["foreign"] == [1])
        try FileManager.default.removeItem(atPath: out + "/foreign")
        try expectDone(ocimerge(Self.one, "-q", "--force", "-o", out))
        #expect(try soundLayout(out).images.map(\.platform) == ["linux/amd64"])
        #expect(try Tree.names(in: directory.path) == ["out"])
        try expectDone(ocimerge(Self.one, "-q", "-o", directory.path("new")))
        #expect(try Tree.read(out) == Tree.read(directory.path("new")))
    }

    @Test("a layout may be replaced by images that are read from it")
    func forceOverSource() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("buildah1/multiarch.oci-dir", "-q", "-o", out))
        try expectDone(ocimerge(out, "--platform", "linux/s390x,linux/amd64", "-q", "--force", "-o", out))
        #expect(try soundLayout(out).images.map(\.platform) == ["linux/amd64", "linux/s390x"])
    }

    @Test("--force through a link replaces the target of the link")
    func forceThroughLink() throws {
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge("jib/hello-arm64.tar", "-q", "-o", directory.path("real")))
        try FileManager.default.createSymbolicLink(atPath: directory.path("link"), withDestinationPath: "real")
        try expectDone(ocimerge(Self.one, "-q", "--force", "-o", directory.path("link")))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory.path("link")) == "real")
        #expect(try soundLayout(directory.path("real")).images.map(\.platform) == ["linux/amd64"])
        #expect(try Tree.names(in: directory.path) == ["link", "real"])
    }

    @Test("a directory that is not writable is an error before anything is read")
    func readOnly() throws {
        let run = try ocimerge("no/matter/what/it/../is", "-o", "/proc/1/out")
        #expect(run.status == 1)
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path("ro"), withIntermediateDirectories: false)
        let plain = try Data(contentsOf: URL(fileURLWithPath: Program.fixture("tar/plain.tar")))
        try directory.write(Array(plain), to: "plain.tar")
        try directory.write(Array(try Data(contentsOf: URL(fileURLWithPath: Program.ocimerge))), to: "bin/ocimerge")
        // Root may write everywhere, so another user runs the command.
        let script =
            "chmod 555 ro; chmod 755 . bin bin/ocimerge; exec setpriv --reuid 65534 --regid 65534 --clear-groups "
            + "bin/ocimerge plain.tar -o ro/out"
        let asOther = try Program.run("sh", ["-c", script], directory: directory.path)
        #expect(asOther.status == 1)
        #expect(asOther.stdout == "")
        #expect(asOther.stderr == "ocimerge: cannot create ro/out: Permission denied\n")
        #expect(try Tree.names(in: directory.path("ro")) == [])
    }

    @Test("contradicting options are a usage error")
    func exclusive() throws {
        let run = try ocimerge(Self.one, "-o", "x", "--force", "--update")
        #expect(run.status == 2)
        #expect(run.stderr == "ocimerge: --update and --force cannot be combined\nTry 'ocimerge help merge'.\n")
    }
}
