import TestSupport
import Testing

/// An image whose metadata states amd64 although its program is for another platform.
struct CorrectedCase: CustomTestStringConvertible, Sendable {
    let source: String
    let platform: Layout.Platform
    let emulator: Tool
    /// The output of its program.
    let says: String

    var testDescription: String { source }

    private init(_ source: String, _ architecture: String, variant: String? = nil, _ emulator: Tool) {
        self.source = source
        platform = Layout.Platform(os: "linux", architecture: architecture, variant: variant)
        self.emulator = emulator
        says = "hello from \(architecture)\(variant ?? "")"
    }

    static let all = [
        CorrectedCase("docker20/hello-s390x-wrong.tar", "s390x", .qemuS390x),
        CorrectedCase("docker20/imported-s390x-wrong.tar", "s390x", .qemuS390x),
        CorrectedCase("buildah1/hello-arm64-wrong.oci-archive.tar", "arm64", .qemuARM64),
        CorrectedCase("podman4/imported-arm64-wrong.oci-dir", "arm64", .qemuARM64),
        CorrectedCase("buildah1/hello-armv7-wrong.docker-archive.tar", "arm", variant: "v7", .qemuARM),
    ]

    /// How ocimerge treats the wrong platform.
    enum Way: String, Sendable, CaseIterable {
        case fixed, declared, trusted
    }

    /// An index of this image and a correct image for a third platform.
    func joined(_ way: Way, at path: String) throws -> Layout {
        let neighbour = platform.architecture == "s390x" ? "docker20/hello-arm64.tar" : "docker20/hello-s390x.tar"
        let source = Program.fixture(source) + (way == .declared ? "=\(platform)" : "")
        let options = way == .fixed ? ["--fix"] : way == .trusted ? ["--trust"] : []
        let arguments = [source, Program.fixture(neighbour)] + options + ["-t", "demo/mended:1.0", "-q", "-o", path]
        let run = try Program.ocimerge(arguments)
        guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
        return try Layout(path)
    }
}
