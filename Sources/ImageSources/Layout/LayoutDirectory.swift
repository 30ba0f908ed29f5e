internal import ByteIO
package import ImageModel

/// An OCI image layout in a directory, for the commands that manage it. Only the files that identify a layout and
/// `index.json` are read.
package struct LayoutDirectory: Sendable {
    package let path: String
    /// `index.json`.
    package let index: Document
    package let isHybrid: Bool
    package let isMarked: Bool
    let files: DirectoryFiles

    /// The layout that a reference names. Only the files that identify a layout are read.
    package static func path(of reference: SourceReference) throws(LayoutError) -> String {
        try located(reference).path
    }

    private static func located(
        _ reference: SourceReference
    ) throws(LayoutError) -> (path: String, files: DirectoryFiles) {
        if reference.platform != nil { throw .declaredPlatform(source: reference.text) }
        if reference.registry != nil { throw .inRegistry(source: reference.text) }
        guard case .path(let path) = reference.place else { throw .standardInput }
        let root: DirectoryRoot?
        do throws(IOFailure) {
            root = try FileSystem.presentKind(of: path) == .directory ? try DirectoryRoot(path: path) : nil
        } catch { throw .source(.io(error)) }
        guard let root else { throw .notADirectory(source: reference.text) }
        let files = DirectoryFiles(root: root)
        try checkDialect(of: files, reference)
        return (path, files)
    }

    package init(_ reference: SourceReference) throws(LayoutError) {
        (path, files) = try Self.located(reference)
        do throws(SourceError) {
            let layout = ImageLayout()
            isMarked = try layout.checkVersion(files)
            isHybrid = try files.file("manifest.json") != nil
            index = try layout.topIndex(files)
        } catch { throw .source(error) }
    }

    private static func checkDialect(of files: DirectoryFiles, _ reference: SourceReference) throws(LayoutError) {
        let found: String?
        do throws(SourceError) {
            if try ImageLayout().recognises(files), reference.dialect.map(ImageLayout().prefixes.contains) ?? true {
                return
            }
            found = try InputDialects.dialect(of: files, wanted: reference.dialect).name
        } catch {
            guard case .unknownFormat(_, let images, _) = error, images.isEmpty else { throw .source(error) }
            found = nil
        }
        throw .otherDialect(source: reference.text, found: found)
    }

    /// A layout can be changed if it has a marker and no second description for docker.
    package func checkIsEditable() throws(LayoutError) {
        guard isMarked else { throw .unmarked(source: path) }
        if isHybrid { throw .isHybrid(source: path) }
    }
}

/// The images of a layout: all entries of `index.json` in their order, even if the images have defects.
package struct LayoutImages: Sendable {
    private let path: String
    /// Its roots are the entries.
    package let graph: ImageGraph
    package let defects: [SourceDefect]

    package init(_ directory: LayoutDirectory) throws(LayoutError) {
        path = directory.path
        let defects = DefectLog(isSurvey: true, namesFiles: false)
        var reader = ImageLayout().reader(directory.files, defects)
        do throws(SourceError) {
            if let index = directory.index.index { try ImageLayout().follow(index, &reader) }
        } catch { throw .source(error) }
        graph = reader.reading.graph
        self.defects = defects.defects
    }

    /// The roots that a reference to this layout selects: entries of the index, or an image below one.
    package func roots(chosenBy reference: SourceReference) throws(LayoutError) -> [ImageGraph.Root] {
        if graph.roots.isEmpty { throw .source(.noImage(path: path)) }
        guard let selection = reference.selection else { return graph.roots }
        var reading = SourceReading(graph: graph)
        do throws(SourceError) { try reading.select(selection, source: reference.text) } catch { throw .source(error) }
        return reading.graph.roots
    }

    /// The numbers of the entries that a reference to this layout selects. An image below an entry has none.
    package func entries(chosenBy reference: SourceReference) throws(LayoutError) -> Set<Int> {
        switch reference.selection {
        case nil: throw .noSelection(source: reference.text)
        case .digest(let digest):
            let numbers = graph.roots.indices.filter { graph.roots[$0].descriptor.digest == digest }
            if numbers.isEmpty { throw .noEntry(source: path, digest) }
            return Set(numbers)
        case .name:
            let labels = Set(try roots(chosenBy: reference).flatMap(\.labels))
            return Set(graph.roots.indices.filter { !labels.isDisjoint(with: graph.roots[$0].labels) })
        }
    }
}

/// Why a layout cannot be managed. Facts only.
package enum LayoutError: Error, Sendable {
    case notADirectory(source: String)
    case standardInput
    case inRegistry(source: String)
    /// `found` is `nil` if the format is unknown.
    case otherDialect(source: String, found: String?)
    /// There is no `oci-layout`: content is removed only from layouts that are marked.
    case unmarked(source: String)
    /// There is a second description for docker.
    case isHybrid(source: String)
    /// No entry of `index.json` has the digest.
    case noEntry(source: String, Digest)
    /// The command needs a whole layout; the reference selects an image.
    case selection(source: String)
    /// The command needs an image; the reference selects a whole layout.
    case noSelection(source: String)
    case declaredPlatform(source: String)
    /// A tag would name the image in several repositories.
    case severalRepositories(source: String, names: [ImageName])
    case severalLayouts(String, String)
    /// An entry of `index.json` names a document that is absent. So the blobs that it needs are not known.
    case absentRoot(source: String, Digest)
    /// The directory cannot be read.
    case source(SourceError)

    /// Whether the command line is wrong.
    package var isUsage: Bool {
        switch self {
        case .standardInput, .inRegistry, .selection, .noSelection, .declaredPlatform, .severalLayouts: true
        case .notADirectory, .otherDialect, .unmarked, .isHybrid, .noEntry, .severalRepositories, .absentRoot, .source:
            false
        }
    }
}
