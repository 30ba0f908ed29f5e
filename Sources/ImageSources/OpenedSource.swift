package import ByteIO
package import ImageModel

/// A source, open: what the user called it, and what is in it.
package struct OpenedSource: Sendable {
    package let reference: SourceReference
    package let dialect: String
    package var graph: ImageGraph
    package let notes: [SourceNote]

    /// `spool` receives what can be read only once; without it (somebody only looks) such bytes pass by.
    package static func open(
        _ reference: SourceReference, spool: SpoolDirectory?
    ) throws(SourceError) -> OpenedSource {
        let files = try OneFolder.unwrapped(try SourceOpening.files(reference.place, .whole(spool)))
        let dialect = try InputDialects.dialect(of: files, wanted: reference.dialect)
        var reading = try dialect.read(files, DefectLog(isSurvey: false))
        guard !reading.graph.roots.isEmpty else { throw .noImage(path: files.path) }
        if let selection = reference.selection { try reading.select(selection, source: reference.text) }
        try reading.recogniseLayers()
        return OpenedSource(reference: reference, dialect: dialect.name, graph: reading.graph, notes: reading.notes)
    }
}
