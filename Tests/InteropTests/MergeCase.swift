import TestSupport
import Testing

/// A merge whose result the tools read.
struct MergeCase: CustomTestStringConvertible, Sendable {
    let what: String
    let sources: [String]
    var options: [String] = []
    let platforms: [String]

    var testDescription: String { what }

    /// The result as an independent reader sees it. The method checks only that the layout is complete; other suites
    /// check its content.
    func layout(at path: String) throws -> Layout {
        let run = try Program.ocimerge(sources.map(Program.fixture) + options + ["-o", path])
        guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + sources, run: run) }
        let layout = try Layout(path)
        try #require(!layout.images.isEmpty)
        for image in layout.images {
            try #require(image.platforms.map(\.platform.description).sorted() == platforms.sorted())
        }
        return layout
    }

    static let plain = MergeCase(
        what: "docker save of two architectures, plain layers",
        sources: ["docker20/hello-amd64.tar", "docker20/hello-s390x.tar"], platforms: ["linux/amd64", "linux/s390x"])

    static let whiteouts = MergeCase(
        what: "a layer that deletes files of the layers below it",
        sources: ["docker20/committed-whiteouts.tar", "buildah1/whiteouts.oci-archive.tar"],
        platforms: ["linux/amd64", "linux/s390x"])

    static let zstandard = MergeCase(
        what: "zstd layers",
        sources: ["skopeo1/hello-amd64.zstd.oci-archive.tar", "skopeo1/hello-s390x.zstd.oci-dir"],
        platforms: ["linux/amd64", "linux/s390x"])

    static let mixed = MergeCase(
        what: "gzip, zstd, plain and whiteouts in one image, beside plain ones",
        sources: ["crane/mixed-compression.tar", "docker20/hello-amd64.tar", "docker20/hello-s390x.tar"],
        platforms: ["linux/amd64", "linux/arm64", "linux/s390x"])

    static let applications = MergeCase(
        what: "two applications for four architectures, joined by name",
        sources: ["amd64", "arm64", "armv7", "s390x"].map { "docker20/two-apps-\($0).tar" },
        platforms: ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"])

    static let dockerTypes = MergeCase(
        what: "an image of Docker's engine 25 and one of containerd",
        sources: ["docker25-graph/hello-amd64.tar", "ctr1/plain-layers-s390x.tar"],
        platforms: ["linux/amd64", "linux/s390x"])

    /// Tools of containers/image do not find these images in a layout by their names.
    static let dockerFormat = MergeCase(
        what: "docker's format, with attestations that stay OCI's",
        sources: ["buildx/two-tags-attestations.oci.tar"], options: ["--format", "docker"],
        platforms: ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"])

    /// Merges for tests that depend on the tool: each compression, docker's media types, four platforms.
    static let some = [plain, zstandard, mixed, applications, dockerTypes]

    static let all = [
        plain, zstandard, mixed, applications, dockerTypes, whiteouts,
        MergeCase(
            what: "podman save of two architectures",
            sources: ["podman4/hello-amd64.docker-archive.tar", "podman4/hello-s390x.docker-archive.tar"],
            platforms: ["linux/amd64", "linux/s390x"]),
        MergeCase(
            what: "crane's archives, gzip layers",
            sources: ["crane/hello-amd64.tar", "crane/hello-s390x.tar"], platforms: ["linux/amd64", "linux/s390x"]),
        MergeCase(
            what: "plain layers that skopeo labelled gzip, beside plain ones",
            sources: ["skopeo1/hello-s390x.plain.oci-dir", "docker20/hello-amd64.tar"],
            platforms: ["linux/amd64", "linux/s390x"]),
        MergeCase(
            what: "a wrong platform, corrected",
            sources: ["docker20/hello-amd64.tar", "docker20/hello-s390x-wrong.tar=linux/s390x"],
            platforms: ["linux/amd64", "linux/s390x"]),
        MergeCase(
            what: "two names for one image, with attestations",
            sources: ["buildx/two-tags-attestations.oci.tar"],
            platforms: ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"]),
        MergeCase(
            what: "attestations as BuildKit used to write them",
            sources: ["buildx/old-attestations.oci.tar"],
            platforms: ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"]),
        MergeCase(
            what: "docker 29's archive of four platforms",
            sources: ["docker29-containerd/multiarch.tar"],
            platforms: ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"]),
    ]
}
