internal import ByteIO

/// Where relative paths of sources begin.
struct SourceFolder {
    /// nil: where the program runs.
    let path: String?

    /// Something stands under that name.
    func holds(_ text: String) -> Bool { FileSystem.kind(of: path(text)) != nil }

    /// Nothing and standard input, alone or with a selection, are no paths.
    func path(_ text: String) -> String {
        guard let path, !text.isEmpty, text != "-", !["/", "-:", "-@", "-="].contains(where: text.hasPrefix) else {
            return text
        }
        return path.hasSuffix("/") ? path + text : path + "/" + text
    }
}
