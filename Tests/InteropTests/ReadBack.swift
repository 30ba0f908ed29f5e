import TestSupport
import Testing

/// What a tool wrote, read by ocimerge into a layout.
func readBack(_ source: String, at path: String) throws -> Layout {
    let run = try Program.ocimerge([source, "-o", path])
    guard run.status == 0 else { throw ToolFailure(command: ["ocimerge", source], run: run) }
    return try Layout(path)
}

/// The same platforms with the same configs, and layers whose content is what those configs say. How a tool packed
/// the layers is its affair: manifests may differ.
func expectSame(_ ours: Layout, _ back: Layout, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let facts = { (layout: Layout) in
        Set(layout.images.flatMap(\.platforms).map { "\($0.platform) \($0.config)" })
    }
    #expect(facts(back) == facts(ours), sourceLocation: sourceLocation)
    for one in back.images.flatMap(\.platforms) {
        try expectContent(one, in: back, sourceLocation: sourceLocation)
    }
}

/// Every layer, unpacked by gzip or zstd, has the digest that the config states.
func expectContent(
    _ one: Layout.PlatformImage, in layout: Layout, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let contents = try one.layers.map { layer in
        let bytes = try layout.bytes(layer.digest)
        return switch layer.mediaType?.split(separator: "+").last {
        case "gzip": try Program.run("gzip", ["-dc"], input: bytes).output
        case "zstd": try Program.run("zstd", ["-dcq"], input: bytes).output
        default: bytes
        }
    }
    #expect(try contents.map(digest) == one.diffIDs, sourceLocation: sourceLocation)
}
