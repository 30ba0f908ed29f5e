internal import ByteIO
internal import ImagePlanning

/// The arguments of `edit`. Platforms, annotations, names and paths are text as typed.
struct EditRequest: Sendable, Equatable {
    /// The SOURCE that stands for an image without layers.
    static let scratch = "scratch"

    let revision: RevisionRequest
    let config: ConfigEdit
    let platforms: [String]
    let droppedPlatforms: [String]
    let annotations: [String]
    let removedAnnotations: [String]
    /// The values of `--add-layer`.
    let layers: [String]
    let deletions: [String]
    let owner: FileOwner
    let compression: CompressionOption?

    var isScratch: Bool { revision.source == Self.scratch }

    init(_ parsed: ParsedArguments) throws(UsageError) {
        revision = try RevisionRequest(parsed)
        config = try ConfigEdit(parsed)
        platforms = try MergeRequest.platforms(in: parsed.values("platform"))
        droppedPlatforms = try MergeRequest.platforms(in: parsed.values("drop-platform"))
        annotations = parsed.values("annotation")
        removedAnnotations = parsed.values("remove-annotation")
        layers = parsed.values("add-layer")
        deletions = try parsed.values("delete").map(EditValue.deletion)
        owner = try parsed.value("owner").map(EditValue.owner) ?? .root
        compression = try CompressionOption(parsed)
        if isScratch {
            guard platforms.count == 1 else { throw .scratchPlatform }
            if !droppedPlatforms.isEmpty || !deletions.isEmpty { throw .scratchRemoval }
            if parsed.has("in-place") { throw .inPlaceScratch }
        } else if !EditRow.changeNames.contains(where: parsed.has), revision.tags.isEmpty {
            throw .noChange
        }
        if layers.isEmpty, deletions.isEmpty, parsed.has("compress") {
            throw .dependentOption("--compress", needs: "--add-layer")
        }
        // A look-up that fails is an error of the run, not of the command line.
        let hasDirectory = layers.contains { layer in
            do throws(IOFailure) { return try NewLayers.directory(in: layer) != nil } catch { return true }
        }
        if parsed.has("owner"), !hasDirectory { throw .dependentOption("--owner", needs: "--add-layer DIR") }
    }
}

extension ConfigEdit {
    /// Settings win over removals of the same name.
    init(_ parsed: ParsedArguments) throws(UsageError) {
        self.init()
        environment = try EditValue.settings(parsed, "env", removedBy: "remove-env")
        labels = try EditValue.settings(parsed, "label", removedBy: "remove-label")
        entrypoint = try parsed.value("entrypoint").map { (text) throws(UsageError) in
            try EditValue.words(text, option: "--entrypoint")
        }
        command = try parsed.value("cmd").map { (text) throws(UsageError) in
            try EditValue.words(text, option: "--cmd")
        }
        user = parsed.value("user")
        workingDirectory = try parsed.value("workdir").map(EditValue.directory)
        ports = try parsed.values("expose").map(EditValue.port)
        volumes = try parsed.values("volume").map(EditValue.volume)
        created = try parsed.value("created").map(EditValue.time)
    }
}
