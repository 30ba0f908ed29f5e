import TestSupport
import Testing

@Suite("Versions of an operating system are platforms of their own")
struct WindowsTests {
    /// Two images for windows/amd64 that differ in os.version.
    private func archives(in directory: borrowing TemporaryDirectory) throws -> [String] {
        try ["10.0.17763.1577", "10.0.20348.169"].map { version in
            var image = SavedImage(["win/app:1"], extra: #""os.version":"\#(version)","#)
            image.config = image.config.replacing(#""os":"linux""#, with: #""os":"windows""#)
            return try directory.write(image.archive, to: version + ".archive")
        }
    }

    @Test("two versions are two platforms, oldest first, and one can be selected")
    func versions() throws {
        let directory = try TemporaryDirectory()
        let sources = try archives(in: directory)
        try expectDone(ocimerge(sources[1], sources[0], "-q", "-o", directory.path("out")))
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.images.map(\.platform) == ["windows/amd64", "windows/amd64"])
        let run = try ocimerge("inspect", "--platforms", directory.path("out"))
        #expect(run.stdout == "windows/amd64:10.0.17763.1577\nwindows/amd64:10.0.20348.169\n")
        try expectDone(
            ocimerge(
                directory.path("out"), "--platform", "windows/amd64:10.0.20348.169", "-q", "-o", directory.path("one")))
        #expect(
            try ocimerge("inspect", "--platforms", directory.path("one")).stdout == "windows/amd64:10.0.20348.169\n")
    }

    @Test("a registry that refuses layers that are stored elsewhere is named as the reason")
    func elsewhere() throws {
        let registry = try LoneRegistry()
        expectFailure(
            try ocimerge("push", "foreign/windows.oci.tar", "\(registry.host)/win:1"),
            "cannot write \(registry.host)/win:1: the registry refuses layers that are stored elsewhere, by their urls "
                + "(it answered 500); allow the urls in its configuration (validation.manifests.urls.allow)")
    }

    @Test("a version can be declared")
    func declared() throws {
        let directory = try TemporaryDirectory()
        let source = "foreign/windows.oci.tar=windows/amd64:10.0.26100.1"
        try expectDone(ocimerge(source, "-q", "-o", directory.path("out")))
        try soundLayout(directory.path("out"))
        let run = try ocimerge("inspect", "--platforms", directory.path("out"))
        #expect(run.stdout == "windows/amd64:10.0.26100.1\n")
    }
}
