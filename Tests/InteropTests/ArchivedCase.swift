import TestSupport
import Testing

extension MergeCase {
    /// Merges for archives. Each has a property that is difficult for one of the tools.
    static let archived = [
        plain, whiteouts, applications,
        MergeCase(
            what: "gzip layers", sources: ["crane/hello-amd64.tar", "podman4/hello-s390x.oci-archive.tar"],
            options: ["-t", "registry.example:5000/demo/hello:1.0"], platforms: ["linux/amd64", "linux/s390x"]),
        MergeCase(
            what: "two names for one image, with attestations", sources: ["buildx/two-tags-attestations.oci.tar"],
            platforms: ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"]),
    ]

    /// The result as one file, and its layout as an independent reader sees it.
    func archive(_ suffix: String = "tar", in directory: String) throws -> (path: String, layout: Layout) {
        let path = "\(directory)/archive.\(suffix)"
        try written(to: path)
        let layout = try Layout(unpacked(path, in: "\(directory)/\(suffix).unpacked"))
        try #require(!layout.images.isEmpty)
        for image in layout.images {
            try #require(image.platforms.map(\.platform.description).sorted() == platforms.sorted())
        }
        return (path, layout)
    }

    func written(_ more: [String] = [], to destination: String) throws {
        let arguments = sources.map(Program.fixture) + options + more + ["-q", "-o", destination]
        let run = try Program.ocimerge(arguments)
        guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
    }

    /// Pipes the result into a command.
    func piped(to tool: Tool, _ arguments: [String]) throws -> Run {
        let words = sources.map(Program.fixture) + options + ["-q", "-o", "-"]
        let script = #"program=$1 count=$2; shift 2; "$program" "${@:1:$count}" | "${@:$((count + 1))}""#
        let run = try Program.run(
            "bash",
            ["-o", "pipefail", "-c", script, "bash", Program.ocimerge, "\(words.count)"] + words
                + tool.command(arguments))
        guard run.status == 0 else { throw ToolFailure(command: tool.command(arguments), run: run) }
        return run
    }
}

extension Layout {
    /// Every name of every image, with the image.
    var named: [(name: String, image: Image)] {
        images.compactMap { image in image.fullName.map { ($0, image) } }
    }
}

extension Layout.Image {
    /// The image that an engine for a single platform loads.
    func choice(_ platform: String = "linux/amd64") throws -> Layout.PlatformImage {
        try #require(platforms.first { $0.platform.description == platform })
    }
}

/// Names that a test loads into dockerd. They are removed with the value.
struct DockerNames: ~Copyable {
    let names: [String]

    init(_ layout: Layout) { self.init(layout.named.map(\.name)) }

    init(_ names: [String]) { self.names = names }

    deinit { _ = try? Tool.docker.run(["rmi", "-f"] + names) }

    func id(_ name: String) throws -> String { try Tool.docker("image", "inspect", "--format", "{{.Id}}", name) }
}
