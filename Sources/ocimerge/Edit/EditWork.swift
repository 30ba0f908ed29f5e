internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The command `edit`: changes configs, annotations, platforms and layers of the images of a source.
struct EditWork: RevisionWork {
    private let options: EditRequest
    private let platforms: [Platform]
    private let dropped: [Platform]
    private let annotations: [Annotation]
    /// `SOURCE_DATE_EPOCH`; `nil` if it is not set.
    private let time: Int64?

    var request: RevisionRequest { options.revision }
    var verb: RevisionVerb { .edit }
    var observer: LayerListingObserver? { nil }

    var keepsContent: Bool {
        options.layers.isEmpty && options.deletions.isEmpty && dropped.isEmpty && request.tags.isEmpty
            && !options.isScratch
    }

    init(_ options: EditRequest) throws(CommandError) {
        self.options = options
        platforms =
            options.isScratch
            ? try options.platforms.map(TypedPlatform.known)
            : try TypedPlatform.selection(options.platforms)
        dropped = try TypedPlatform.selection(options.droppedPlatforms)
        annotations = try CommandError.checked { () throws(AnnotationError) in
            try options.removedAnnotations.map(Annotation.init(removing:))
                + options.annotations.map(Annotation.init(parsing:))
        }
        time = try CommandError.checked { () throws(ReceiptTimeError) in try ReceiptTime.stated() }
    }

    func reference() throws(CommandError) -> SourceReference {
        if options.isScratch { return .scratch }
        return try CommandError.checked { () throws(SourceError) in try SourceReference(parsing: request.source) }
    }

    func check(_ reference: SourceReference, _ console: Console) throws(CommandError) {
        _ = try CommandError.checked { () throws(NameError) in try SourceList.names(request.tags) }
        for text in options.layers { try NewLayers.checkTarget(text) }
        let path: String? = if case .path(let path) = reference.place { path } else { nil }
        try NewLayers.checkPlaces(options, source: options.isScratch ? nil : path)
    }

    func open(
        _ reference: SourceReference, _ registries: RegistryAccess, _ policy: OpeningPolicy
    ) throws(CommandError) -> Source {
        return try CommandError.checked { () throws(SourceError) in
            options.isScratch
                ? try Source.scratch(platforms[0]) : try Source.open(reference, registries, policy)
        }
    }

    func edit(
        of source: Source, spool: SpoolDirectory?, _ bar: ProgressBar, _ console: Console
    ) throws(CommandError) -> GraphEdit {
        let selection = try CommandError.checked { () throws(PlanError) in
            try ImageSelection(
                of: source.graph, platforms: platforms, dropping: dropped, source: request.source)
        }
        var edit = GraphEdit()
        edit.dropped = selection.dropped
        try annotate(&edit, selection, source)
        let layers = try NewLayers(options, time: time, spool: spool)
        for image in selection.images {
            var changes = ImageEdit()
            changes.config = options.config
            changes.layerTime = options.config.created ?? time.map(ReceiptTime.text)
            changes.layers = try layers?.made(on: image, of: source, bar) ?? []
            edit.images[image.manifest] = changes
        }
        noteCommands(removedFrom: selection.images, of: source, console)
        return edit
    }

    private func annotate(
        _ edit: inout GraphEdit, _ selection: ImageSelection, _ source: Source
    ) throws(CommandError) {
        guard !annotations.isEmpty else { return }
        let isIndex = source.graph.roots.contains { source.graph.index($0.descriptor.digest) != nil }
        let present = selection.images.map(\.platform)
        for (annotation, text) in zip(annotations, options.removedAnnotations + options.annotations)
        where !annotation.hasPlace(inIndex: isIndex, present) {
            throw CommandError(AnnotationPlaceError(text: text, source: request.source, isIndex: isIndex))
        }
        edit.annotations = annotations
        edit.annotatesRoots = true
        edit.annotatesEntries = true
        edit.annotated = AnnotatedDocuments(
            manifests: Set(selection.images.map(\.manifest)), roots: Set(source.graph.roots.map(\.descriptor.digest)))
    }

    /// An entrypoint replaces the command that belonged to the old one.
    private func noteCommands(
        removedFrom images: [PlatformImage], of source: Source, _ console: Console
    ) {
        var commands: Set<[String]> = []
        for image in images {
            guard let config = source.graph.manifest(image.manifest).flatMap(source.graph.config(of:)),
                options.config.removesCommand(of: config)
            else { continue }
            commands.insert(config.command)
        }
        for command in commands.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            console.warn(EditMessage.commandRemoved(command))
        }
    }

    func objections(to edit: GraphEdit, in source: Source) -> [String] { [] }
}
