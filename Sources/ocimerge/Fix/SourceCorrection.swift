internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// An open source and the correction of its images. Creating it prints all warnings.
struct SourceCorrection {
    let source: Source
    let plan: FixPlan
    /// The new platform of each manifest.
    private let platforms: [Digest: Platform]

    init(_ source: Source, _ origin: PlatformOrigin, _ jobs: JobCount, _ console: Console) throws(CommandError) {
        self.source = source
        let name = source.reference.text
        for note in source.notes {
            NoteMessage.sentence(for: note, source: name, isCorrected: false).map(console.warn)
        }
        let platforms = try origin.platforms(in: source, jobs, console)
        self.platforms = platforms
        plan = try CommandError.checked { () throws(PlanError) in
            try FixPlan(source.graph, platforms, names: source.everyRoot.flatMap(\.labels), source: name)
        }
        let objections = try CommandError.checked { () throws(IOFailure) in
            try origin.objections(to: platforms, in: source, jobs)
        }
        objections.forEach(console.warn)
        for note in plan.notes { console.warn(FixMessage.sentence(for: note, source: name)) }
    }

    /// The changes of the source's own files, if the source keeps its format.
    func edits(of description: SelfDescription, _ console: Console) throws(CommandError) -> [MemberEdit] {
        var platformsOfConfigs: [Digest: Platform] = [:]
        for (manifest, platform) in platforms {
            if let config = source.graph.manifest(manifest)?.config.digest { platformsOfConfigs[config] = platform }
        }
        var platforms = platforms
        // The reader corrects some manifests. The files of the source still hold the original, which needs the same change.
        for document in description.graph.documents.values {
            guard source.graph.documents[document.digest] == nil,
                let config = document.manifest?.config.digest
            else { continue }
            platforms[document.digest] = platformsOfConfigs[config]
        }
        var edit = GraphEdit()
        edit.platforms = platforms
        edit.layoutIndex = description.top
        let edited = try CommandError.checked { () throws(PlanError) in try edit.applied(to: description.graph) }
        let correction = MemberCorrection(
            documents: edited.changes.map { ($0.before, $0.after) }, kept: edited.reachable(),
            platforms: platformsOfConfigs, legacy: LegacyImage.corrected)
        let (edits, signatures) = try CommandError.checked { () throws(SourceError) in
            let edits = try description.edits(correction)
            return (edits, edits.isEmpty ? [] : try description.signatureFiles)
        }
        if !signatures.isEmpty {
            console.warn(FixMessage.signatureFiles(signatures, source: source.reference.text))
        }
        return edits
    }
}
