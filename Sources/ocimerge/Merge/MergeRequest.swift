internal import ImageModel
internal import ImageSinks

/// The command line of `merge` or `pack`. Names, platforms, annotations and paths are still text, as typed.
struct MergeRequest: Sendable, Equatable {
    /// The verb of the progress bar.
    let verb: Verb
    let sources: [String]
    /// The path of a spec, whose sources come first.
    let spec: String?
    let ignoreMissing: Bool
    let output: String
    let tags: [String]
    let annotations: [String]
    /// One platform each, in the order given. If empty, images of all platforms are taken.
    let platforms: [String]
    let defaultPlatform: String?
    /// `nil` if every image keeps its format.
    let format: ImageFormat?
    /// The bases of an increment: content that the receiver has.
    let since: [String]
    let reuse: Bool
    /// Whether images are written although content that they need is absent.
    let allowsIncomplete: Bool
    /// Whether the content of all images is verified, and an error refuses the run.
    let verifies: Bool
    /// Whether signatures and other referrers follow their image.
    let referrers: Bool
    /// In bytes; `nil` if the result is one file.
    let volumeSize: Int64?
    let compression: CompressionOption?
    /// Of uploads to a registry; `nil` if layers are sent whole.
    let chunkSize: Int64?
    let evidence: EvidencePolicy
    let existing: ExistingContent
    /// Whether the downloads are removed that an interrupted run has kept.
    let isFresh: Bool
    let run: RunOptions
    let registry: ConnectionOptions
    /// `nil` if images of different names are joined.
    let pack: ListOptions?

    enum Verb: String, Sendable { case merging, packing, pulling }

    /// Whether an option changes the content of images.
    var changesImages: Bool {
        spec != nil || format != nil || compression != nil || !annotations.isEmpty || evidence.corrects
    }

    init(_ parsed: ParsedArguments) throws(UsageError) {
        guard let output = parsed.value("output") else {
            throw .missingOption("-o/--output", value: "DEST", command: parsed.command)
        }
        try self.init(parsed, sources: parsed.positionals, output: output)
    }

    init(_ parsed: ParsedArguments, sources: [String], output: String) throws(UsageError) {
        registry = try ConnectionOptions(parsed)
        verb =
            switch parsed.command {
            case "pack": .packing
            case "pull": .pulling
            default: .merging
            }
        self.sources = sources
        spec = parsed.value("spec")
        ignoreMissing = parsed.has("ignore-missing")
        pack = parsed.command == "pack" ? try ListOptions(parsed) : nil
        if ignoreMissing, spec == nil, pack == nil {
            throw .dependentOption("--ignore-missing", needs: "--spec FILE")
        }
        if pack != nil, output.hasPrefix(RegistryReference.scheme) {
            throw .packsToRegistry(prefix: String(output.dropFirst(RegistryReference.scheme.count)))
        }
        self.output = output
        tags = parsed.values("tag")
        annotations = parsed.values("annotation")
        platforms = try Self.platforms(in: parsed.values("platform"))
        defaultPlatform = parsed.value("default-platform")
        // The parser accepts no other word.
        format = parsed.value("format").flatMap(ImageFormat.init)
        since = parsed.values("since")
        reuse = parsed.has("reuse")
        referrers = parsed.has("referrers")
        allowsIncomplete = parsed.has("allow-incomplete")
        if allowsIncomplete, output.hasPrefix(RegistryReference.scheme) {
            throw .exclusiveOptions("--allow-incomplete", "-o docker://...")
        }
        if reuse, since.isEmpty { throw .dependentOption("--reuse", needs: "--since BASE") }
        if let size = parsed.value("split") { volumeSize = try VolumeSize.parse(size) } else { volumeSize = nil }
        compression = try CompressionOption(parsed)
        chunkSize = try parsed.chunkSize()
        if chunkSize != nil, !output.hasPrefix(RegistryReference.scheme) {
            throw .dependentOption("--chunk-size", needs: "-o docker://HOST/NAME")
        }
        evidence = EvidencePolicy(parsed)
        verifies = parsed.has("verify")
        existing = ExistingContent(parsed)
        isFresh = parsed.has("fresh")
        run = try RunOptions(parsed)
    }

    static func platforms(in lists: [String]) throws(UsageError) -> [String] {
        var platforms: [String] = []
        for list in lists {
            for part in list.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false) {
                if part.isEmpty { throw .emptyPlatform(list: list) }
                platforms.append(String(part))
            }
        }
        return platforms
    }
}

extension MergeRequest {
    /// The destination of -o. Nothing is written yet.
    func destination() throws(CommandError) -> any Destination {
        let platform = try defaultPlatform.map { (text) throws(CommandError) in
            try TypedPlatform.parse(text, isTrusted: evidence == .ignored)
        }
        let wanted = DestinationOptions(
            existing: existing, volumeSize: volumeSize, defaultPlatform: platform,
            isIncrement: !since.isEmpty)
        do {
            return try DestinationOpening.destination(output, wanted, run, format: format)
        } catch {
            // A run that was killed can have left a complete destination, and temporary files beside it.
            if !run.dryRun { PackFiles.removeLeftovers(of: self) }
            throw error
        }
    }
}
