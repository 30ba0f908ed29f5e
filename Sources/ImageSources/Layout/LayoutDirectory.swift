internal import ByteIO
package import ImageModel

/// An OCI image layout in a directory, as those see it who keep house in it: the entries of `index.json`, all of them
/// and in their order, whatever may be wrong with the images to which they lead.
package struct LayoutDirectory: Sendable {
    package let path: String
    /// The exact bytes of `index.json`.
    package let index: [UInt8]
    /// Its roots are the entries.
    package let graph: ImageGraph
    package let defects: [SourceDefect]
    package let isHybrid: Bool
    package let isMarked: Bool
    let files: DirectoryFiles

    /// The layout that a reference names; nothing in it is read but what tells that it is one.
    package static func path(of reference: SourceReference) throws -> String { try located(reference).path }

    private static func located(_ reference: SourceReference) throws -> (path: String, files: DirectoryFiles) {
        if reference.platform != nil { throw LayoutError.declaredPlatform(source: reference.text) }
        if reference.registry != nil { throw LayoutError.inRegistry(source: reference.text) }
        guard case .path(let path) = reference.place, FileSystem.kind(of: path) == .directory else {
            throw LayoutError.notADirectory(source: reference.text)
        }
        let root: DirectoryRoot
        do throws(IOFailure) { root = try DirectoryRoot(path: path) } catch { throw SourceError.io(error) }
        let files = DirectoryFiles(root: root)
        try checkDialect(of: files, reference)
        return (path, files)
    }

    package init(_ reference: SourceReference) throws {
        (path, files) = try Self.located(reference)
        let layout = ImageLayout()
        isMarked = try layout.checkVersion(files)
        isHybrid = try files.file("manifest.json") != nil
        let top = try layout.topIndex(files)
        let defects = DefectLog(isSurvey: true)
        var reader = layout.reader(files, defects)
        if let view = top.index { try layout.follow(view, &reader) }
        index = top.bytes
        graph = reader.reading.graph
        self.defects = defects.defects
    }

    private static func checkDialect(of files: DirectoryFiles, _ reference: SourceReference) throws {
        if try ImageLayout().recognises(files), reference.dialect.map(ImageLayout().prefixes.contains) ?? true {
            return
        }
        let found: String?
        do throws(SourceError) { found = try InputDialects.dialect(of: files, wanted: reference.dialect).name } catch {
            guard case .unknownFormat = error else { throw error }
            found = nil
        }
        throw LayoutError.otherDialect(source: reference.text, found: found)
    }

    /// Only a layout that says that it is one, and says so once, can be changed.
    package func checkIsEditable() throws(LayoutError) {
        guard isMarked else { throw .unmarked(source: path) }
        if isHybrid { throw .isHybrid(source: path) }
    }

    /// What a reference to this layout chooses, as everywhere: entries of the index, or an image below one.
    package func roots(chosenBy reference: SourceReference) throws -> [ImageGraph.Root] {
        if graph.roots.isEmpty { throw SourceError.noImage(path: path) }
        guard let selection = reference.selection else { return graph.roots }
        var reading = SourceReading(graph: graph)
        try reading.select(selection, source: reference.text)
        return reading.graph.roots
    }

    /// The numbers of the entries that a reference to this layout chooses; what only stands below one is none.
    package func entries(chosenBy reference: SourceReference) throws -> Set<Int> {
        switch reference.selection {
        case nil: throw LayoutError.noSelection(source: reference.text)
        case .digest(let digest):
            let numbers = graph.roots.indices.filter { graph.roots[$0].descriptor.digest == digest }
            if numbers.isEmpty { throw LayoutError.noEntry(source: path, digest) }
            return Set(numbers)
        case .name:
            let labels = Set(try roots(chosenBy: reference).flatMap(\.labels))
            return Set(graph.roots.indices.filter { !labels.isDisjoint(with: graph.roots[$0].labels) })
        }
    }
}

/// Something that is done to layouts alone was asked of something else, or of the wrong part of one. Facts only.
package enum LayoutError: Error, Sendable {
    case notADirectory(source: String)
    case inRegistry(source: String)
    /// nil: nothing that we know.
    case otherDialect(source: String, found: String?)
    /// No `oci-layout`: whoever removes something must be sure.
    case unmarked(source: String)
    /// It describes itself a second time, for docker.
    case isHybrid(source: String)
    /// No entry of `index.json` leads there directly.
    case noEntry(source: String, Digest)
    /// What is about a layout as a whole was asked of one image.
    case selection(source: String)
    /// What is about one image was asked of a layout as a whole.
    case noSelection(source: String)
    case declaredPlatform(source: String)
    case severalLayouts(String, String)

    /// The command line is wrong, not the world.
    package var isUsage: Bool {
        switch self {
        case .notADirectory, .inRegistry, .selection, .noSelection, .declaredPlatform, .severalLayouts: true
        case .otherDialect, .unmarked, .isHybrid, .noEntry: false
        }
    }
}
