import TestSupport
import Testing

/// Copies the output of a tool with ocimerge into a layout beside it.
func readBack(_ source: String) throws -> Layout {
    let path = source + "-back"
    let run = try Program.ocimerge([source, "-o", path + "/"])
    guard run.status == 0 else { throw ToolFailure(command: ["ocimerge", source], run: run) }
    return try Layout(path)
}

/// Expects the same platforms and configs, and layers with the content that the configs state. Manifests may differ,
/// because tools compress layers differently.
func expectSame(
    _ ours: Layout, _ back: Layout, rewritten: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    #expect(back.choices.count == ours.choices.count, sourceLocation: sourceLocation)
    for (_, one) in ours.choices {
        try expectSame(one, in: back, rewritten: rewritten && one.isDocker, sourceLocation: sourceLocation)
    }
}

/// Expects the same image of a platform in `back`. containers/image may have rewritten its config.
func expectSame(
    _ one: Layout.PlatformImage, in back: Layout, rewritten: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let found = try #require(
        back.choices.map(\.one).first {
            $0.diffIDs == one.diffIDs && $0.platform.description == one.platform.description
                && ($0.config == one.config || rewritten)
        }, sourceLocation: sourceLocation)
    try expectContent(found, in: back, sourceLocation: sourceLocation)
}

/// Expects that the decompressed layers have the digests that the config states.
private func expectContent(
    _ one: Layout.PlatformImage, in layout: Layout, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let contents = try one.layers.map { layer in
        let bytes = try layout.bytes(layer.digest)
        return switch layer.mediaType {
        case .some(let type) where type.hasSuffix("gzip"): try Program.run("gzip", ["-dc"], input: bytes).output
        case .some(let type) where type.hasSuffix("zstd"): try Program.run("zstd", ["-dcq"], input: bytes).output
        default: bytes
        }
    }
    #expect(try contents.map(digest) == one.diffIDs, sourceLocation: sourceLocation)
}
