internal import ByteIO
internal import ImageModel

/// A source that does not exist may be an image in a registry, as manifest-tool's specs name them.
enum RegistryLook {
    /// nil: it does not look like one.
    static func reference(_ text: String, in folder: SourceFolder) -> SourceReference? {
        isReference(text, in: folder) ? try? SourceReference(parsing: RegistryReference.scheme + text) : nil
    }

    private static func isReference(_ text: String, in folder: SourceFolder) -> Bool {
        guard let slash = text.firstIndex(of: "/"), ImageName(parsing: text) != nil else { return false }
        let first = String(text[..<slash])
        guard isHost(first), FileSystem.kind(of: folder.path(first)) == nil else { return false }
        return !archives.contains { text.hasSuffix($0) || text.contains($0 + ":") }
    }

    private static let archives = [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.001"]

    /// A port, or a last label of letters, which `v1.0/` and `build.d/` do not have.
    private static func isHost(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts[0] == "localhost" || parts.count > 1 { return true }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty }), let last = labels.last else { return false }
        return last.utf8.count > 1 && last.utf8.allSatisfy { (0x61...0x7a).contains($0 | 0x20) }
    }
}
