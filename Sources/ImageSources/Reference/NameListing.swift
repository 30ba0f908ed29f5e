internal import ByteIO
package import ImageModel

/// The names of images in files, for completion. Nothing is written, no registry is asked, and compressed archives and
/// streams are not read.
package enum NameListing {
    /// The formats that may be stated before a path, each with its colon.
    package static let prefixes = InputDialects.prefixes.map { $0 + ":" }

    /// The existing file that `text` names before a colon, and the place where the name of an image begins. `nil` if no
    /// such file exists. As in a source, the longest existing path wins. A path may begin with `~/`.
    package static func place(in text: String) -> (path: String, name: String.Index)? {
        guard text.utf8.count <= SourceReference.longest, FileSystem.kind(of: expanded(text)) == nil else { return nil }
        let prefix = prefixes.first(where: text.hasPrefix) ?? ""
        var rest = text.dropFirst(prefix.count)
        while let colon = rest.lastIndex(of: ":") {
            rest = rest[..<colon]
            let path = expanded(String(rest))
            if let kind = FileSystem.kind(of: path), kind != .other { return (path, text.index(after: colon)) }
        }
        return nil
    }

    private static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = ProcessEnvironment.value("HOME") else { return path }
        return home + path.dropFirst(1)
    }

    /// The labels of all images in a layout or a plain tar, each once. Empty if the file is of another kind or damaged.
    package static func labels(in path: String) -> [ImageLabel] {
        var seen: Set<ImageLabel> = []
        let labels = FileSystem.kind(of: path) == .directory ? labels(ofLayout: path) : labels(ofArchive: path)
        return labels.filter { seen.insert($0).inserted }
    }

    /// Reads only the files that identify a layout and `index.json`.
    private static func labels(ofLayout path: String) -> [ImageLabel] {
        guard let root = try? DirectoryRoot(path: path) else { return [] }
        let files = DirectoryFiles(root: root)
        guard (try? ImageLayout().recognises(files)) == true, let index = try? ImageLayout().topIndex(files).index
        else { return [] }
        return index.manifests.compactMap { ImageLabel(annotations: $0.descriptor.annotations) }
    }

    private static func labels(ofArchive path: String) -> [ImageLabel] {
        guard let file = try? OpenFile(path: path), let input = try? ArchiveInput(file), input.compression == nil,
            let opened = try? SourceOpening(OpeningPolicy(isSurvey: true)).files(.path(path)),
            let files = try? OneFolder.unwrapped(opened),
            let dialect = try? InputDialects.dialect(of: files, wanted: nil),
            let reading = try? dialect.read(files, DefectLog(isSurvey: true), keepsLists: false)
        else { return [] }
        return reading.graph.roots.flatMap(\.labels)
    }
}
