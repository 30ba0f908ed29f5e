internal import ByteIO
internal import ImageModel
internal import ImageSources

extension LayoutError: Reportable {
    var sentence: String {
        func text(_ path: String) -> String { TerminalText.part(path) }
        switch self {
        case .notADirectory(let source): return "\(text(source)) is not a directory\(LayoutMessage.only)"
        case .standardInput: return "standard input is not a directory\(LayoutMessage.only)"
        case .inRegistry(let source):
            return "\(text(source)) is in a registry, but this command works on OCI image layout directories; in a "
                + "registry ocimerge copy docker://REF docker://NEW adds a tag, and no command removes one"
        case .otherDialect(let source, nil):
            return "\(text(source)) is not an image layout, which is a directory with oci-layout and index.json"
        case .otherDialect(let source, let found?): return "\(text(source)) is a \(found)\(LayoutMessage.only)"
        case .unmarked(let source):
            return "\(text(source)) has no oci-layout file and is not changed; ocimerge verify lists its defects"
        case .isHybrid(let source):
            return
                "\(text(source)) has a manifest.json for docker, which would keep the old names; copy it to a new "
                + "layout first"
        case .noEntry(let source, let digest):
            return
                "\(text(source)): no entry of index.json leads to \(digest) itself; ocimerge ls lists the entries"
        case .selection(let source):
            return "\(text(source)): the command applies to a whole layout; omit the name of the image"
        case .noSelection(let source):
            return "\(text(source)): an image must be named: write LAYOUT:NAME or LAYOUT@DIGEST; ocimerge ls lists "
                + "the names"
        case .declaredPlatform(let source):
            return "\(text(source)): =PLATFORM is not allowed for a layout; use it with merge"
        case .severalRepositories(let source, let names):
            return
                "\(text(source)) is in several repositories; write the whole name: "
                + names.map(\.full).joined(separator: " or ")
        case .absentRoot(let source, let digest):
            return
                "\(text(source)): \(digest), which index.json names, is absent and may need any blob; complete the layout, "
                + "or remove the entry with ocimerge rm"
        case .source(let error): return error.sentence
        case .severalLayouts(let one, let other):
            return "all images must be in one layout, not in \(text(one)) and \(text(other))"
        }
    }
}

extension ListError: Reportable {
    var sentence: String {
        switch self {
        case .registryAlone(let name):
            "\(TerminalText.part(Userinfo.cut(from: name))) names a registry but no repository; ls lists the tags of "
                + "one: write docker://HOST/REPO"
        case .declaredPlatform(let source):
            "\(TerminalText.part(source)): =PLATFORM is not allowed for ls; use it with merge"
        case .source(let error): error.sentence
        }
    }

    var isUsage: Bool {
        switch self {
        case .registryAlone, .declaredPlatform: true
        case .source(let error): error.isUsage
        }
    }
}

/// Sentences about layouts.
enum LayoutMessage {
    /// The second half of the sentence about a source that is not an image layout directory.
    fileprivate static let only =
        "; this command works on OCI image layout directories; to make one: ocimerge copy SOURCE DIR/"

    static func absentChildren(_ count: Int, _ layout: String) -> String {
        "\(TerminalText.part(layout)): \(CountText.text(count, "manifest")) of an index \(count == 1 ? "is" : "are") absent; "
            + "blobs that only an absent manifest needs are removed"
    }

    static func twoLists(_ layout: String) -> String {
        "\(TerminalText.part(layout)) also has a manifest.json for docker; this list is that of index.json"
    }
}
