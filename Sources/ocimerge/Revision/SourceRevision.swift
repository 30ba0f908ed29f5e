internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// An open source and the changes to its images. Creating it prints all warnings.
struct SourceRevision {
    let source: Source
    let plan: RevisionPlan
    /// New layers, each once, in the order in which they were made.
    let layers: [AddedLayer]
    private let edit: GraphEdit
    private let keepsContent: Bool

    /// New layers wait in `spool`.
    init(
        _ source: Source, _ work: any RevisionWork, spool: SpoolDirectory?, _ bar: ProgressBar, _ console: Console
    ) throws(CommandError) {
        self.source = source
        let name = source.reference.text
        for note in source.notes {
            NoteMessage.sentence(for: note, source: name, isCorrected: false).map(console.warn)
        }
        let edit = try work.edit(of: source, spool: spool, bar, console)
        self.edit = edit
        keepsContent = work.keepsContent
        layers = edit.newLayers
        var graph = source.graph
        // The new archive replaces the source with all of its images.
        if work.request.output == nil, !work.keepsContent { graph.roots = source.everyRoot }
        plan = try CommandError.checked { () throws(PlanError) in
            try RevisionPlan(
                graph, edit, names: source.everyRoot.flatMap(\.labels), chosen: Set(source.graph.roots.map(\.place)),
                source: name)
        }
        try work.objections(to: edit, in: source).forEach(console.warn)
        RevisionMessage.sentences(for: plan.notes, source: name).forEach(console.warn)
    }

    /// Refuses new content in a directory whose files cannot name it.
    func checkContent(of description: SelfDescription) throws(CommandError) {
        guard keepsContent || description.isLayoutAlone else {
            throw CommandError(RevisionError.contentInPlace(source: source.reference.text))
        }
    }

    /// The changes of the source's own files, if the source keeps its format, and the new layers.
    func edits(
        of description: SelfDescription, _ console: Console
    ) throws(CommandError) -> (members: [MemberEdit], layers: [AddedLayer]) {
        if source.lacksAnnotations, !edit.annotations.isEmpty {
            throw CommandError(RevisionError.annotations(source: source.reference.text))
        }
        let edit = describing(description)
        let edited = try CommandError.checked { () throws(PlanError) in try edit.applied(to: description.graph) }
        let correction = MemberCorrection(
            documents: edited.changes.map { ($0.before, $0.after) }, kept: edited.reachable(),
            legacyChanges: legacyChanges, legacy: legacy)
        let (edits, signatures) = try CommandError.checked { () throws(SourceError) in
            let edits = try description.edits(correction)
            return (edits, edits.isEmpty ? [] : try description.signatureFiles)
        }
        if !signatures.isEmpty {
            console.warn(RevisionMessage.signatureFiles(signatures, source: source.reference.text))
        }
        return (edits, layers)
    }

    /// The same edit of the documents in the files. The reader corrects some manifests: their files still hold the
    /// originals, which need the same change.
    private func describing(_ description: SelfDescription) -> GraphEdit {
        var manifests: [Digest: Digest] = [:]
        for manifest in source.graph.manifests { manifests[manifest.view.config.digest] = manifest.digest }
        var edit = edit
        edit.layoutIndex = description.top
        for document in description.graph.documents.values {
            guard source.graph.documents[document.digest] == nil, let config = document.manifest?.config.digest,
                let read = manifests[config]
            else { continue }
            edit.platforms[document.digest] = edit.platforms[read]
            edit.images[document.digest] = edit.images[read]
            if edit.annotated?.manifests.contains(read) == true { edit.annotated?.manifests.insert(document.digest) }
            if edit.annotated?.roots.contains(read) == true { edit.annotated?.roots.insert(document.digest) }
        }
        return edit
    }

    /// What the v1 JSON of each image repeats, by the digest of its config.
    private var legacyChanges: [Digest: LegacyChange] {
        var legacyChanges: [Digest: LegacyChange] = [:]
        for (manifest, platform) in edit.platforms {
            if let config = source.graph.manifest(manifest)?.config.digest {
                legacyChanges[config] = .platform(platform)
            }
        }
        for manifest in edit.images.keys {
            if let config = source.graph.manifest(manifest)?.config.digest { legacyChanges[config] = .config(config) }
        }
        return legacyChanges
    }

    private var legacy: @Sendable ([UInt8], LegacyChange) throws(JSONEditError) -> [UInt8] {
        var configs: [Digest: (before: [UInt8], edit: ConfigEdit)] = [:]
        for (manifest, image) in edit.images {
            guard let digest = source.graph.manifest(manifest)?.config.digest,
                let config = source.graph.documents[digest]
            else { continue }
            configs[digest] = (config.bytes, image.config)
        }
        return { [configs] (bytes, change) throws(JSONEditError) in
            switch change {
            case .platform(let platform): return try LegacyImage.corrected(bytes, to: platform)
            case .config(let digest):
                guard let (before, edit) = configs[digest] else { return bytes }
                return try LegacyImage.edited(bytes, edit, of: before)
            }
        }
    }
}
