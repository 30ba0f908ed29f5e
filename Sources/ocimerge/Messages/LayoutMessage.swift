internal import ImageSources

/// Sentences about layouts in which house is kept.
enum LayoutMessage {
    static func sentence(for error: LayoutError) -> String {
        func text(_ path: String) -> String { TerminalText.escaped(path) }
        switch error {
        case .notADirectory(let source): return "\(text(source)) is not a directory\(only)"
        case .inRegistry(let source): return "\(text(source)) is in a registry\(only)"
        case .otherDialect(let source, nil):
            return "\(text(source)) is no image layout: a directory with oci-layout and index.json is needed"
        case .otherDialect(let source, let found?): return "\(text(source)) is a \(found)\(only)"
        case .unmarked(let source):
            return "\(text(source)) has no oci-layout file, so nothing in it is changed; verify says what is wrong"
        case .isHybrid(let source):
            return
                "\(text(source)) has a manifest.json for docker, whose names would stay as they are; copy it to a new "
                + "layout first"
        case .noEntry(let source, let digest):
            return
                "\(text(source)): no entry of index.json leads to \(digest) itself; ocimerge ls shows those that there "
                + "are"
        case .selection(let source):
            return "\(text(source)): this is about a layout as a whole; name no image"
        case .noSelection(let source):
            return "\(text(source)): which image of it? write LAYOUT:NAME or LAYOUT@DIGEST; ocimerge ls shows the names"
        case .declaredPlatform(let source):
            return "\(text(source)): a layout has the platforms that it has; =PLATFORM belongs to merge"
        case .severalLayouts(let one, let other):
            return "one layout at a time, not \(text(one)) and \(text(other))"
        }
    }

    /// Continues what a thing is that can be a source, but in which no house is kept.
    private static let only =
        ", and images are listed, named and removed in OCI image layout directories only; make one of it with -o, or "
        + "look at it with ocimerge inspect"

    static func twoLists(_ layout: String) -> String {
        "\(TerminalText.escaped(layout)) has a manifest.json for docker too; this is what index.json says"
    }
}
