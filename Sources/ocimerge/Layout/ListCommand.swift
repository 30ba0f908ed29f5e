internal import ByteIO
internal import ImagePlanning
internal import ImageSources

/// The images of a layout, by their documents alone.
enum ListCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws {
        Interruption.install()
        let reference = try SourceReference(parsing: request.sources[0])
        if reference.selection != nil { throw LayoutError.selection(source: reference.text) }
        let directory = try LayoutDirectory(reference)
        if !directory.isMarked {
            NoteMessage.sentence(for: .layoutFileMissing, source: reference.text).map(console.warn)
        }
        if directory.isHybrid { console.warn(LayoutMessage.twoLists(reference.text)) }
        for defect in directory.defects { console.warn(ErrorMessage.sentence(for: defect.error)) }
        let report = ListReport(layout: reference.text, listing: try LayoutListing(directory.graph))
        try console.print(report, request)
    }
}
