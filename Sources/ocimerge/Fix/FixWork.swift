internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The command `fix`: corrects the platform that an image declares, and nothing else.
struct FixWork: RevisionWork {
    let request: RevisionRequest
    private let origin: PlatformOrigin
    private let isTrusting: Bool

    var verb: RevisionVerb { .fix }
    var keepsContent: Bool { true }
    var observer: LayerListingObserver? { origin.depth.map(LayerListingObserver.init) }

    init(_ request: FixRequest) throws(CommandError) {
        self.request = request.revision
        isTrusting = request.isTrusting
        origin = try PlatformOrigin(request)
    }

    func check(_ reference: SourceReference, _ console: Console) throws(CommandError) {
        for platform in origin.platforms where !TypedPlatform.isKnown(platform) {
            try CommandError.checked { () throws(UnknownPlatform) in
                try TypedPlatform.check(platform, isTrusted: isTrusting)
            }
            console.warn(NoteMessage.unknownPlatform(platform, source: request.source))
        }
    }

    func edit(
        of source: Source, spool: SpoolDirectory?, _ bar: ProgressBar, _ console: Console
    ) throws(CommandError) -> GraphEdit {
        var edit = GraphEdit()
        edit.platforms = try origin.platforms(in: source, request.run.jobs, console)
        return edit
    }

    func objections(to edit: GraphEdit, in source: Source) throws(CommandError) -> [String] {
        return try CommandError.checked { () throws(IOFailure) in
            try origin.objections(to: edit.platforms, in: source, request.run.jobs)
        }
    }
}
