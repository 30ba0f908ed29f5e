package import ByteIO
package import ImagePlanning

/// Archives of one form: by a prefix, or by the ending of the path.
struct ArchiveKind: DestinationKind {
    let prefix: String?
    /// Of an archive of this form in a file.
    private let traits: DestinationTraits
    private let form: @Sendable (DestinationOptions) -> any ArchiveForm

    /// The archive that every loader takes.
    static let portable = ArchiveKind(prefix: nil, .archive) { traits in
        (traits.hasIndexFile, traits.takesIncrements, traits.takesDefaultPlatform) = (true, true, true)
    } form: { options in
        OCIArchiveForm.portable(defaultPlatform: options.defaultPlatform).marked(isIncrement: options.isIncrement)
    }

    static let oci = ArchiveKind(prefix: "oci-archive:", .ociArchive) { traits in
        (traits.hasIndexFile, traits.takesIncrements) = (true, true)
    } form: { options in
        OCIArchiveForm.plain.marked(isIncrement: options.isIncrement)
    }

    static let docker = ArchiveKind(prefix: "docker-archive:", .dockerArchive) { traits in
        traits.takesOCIFormat = false
    } form: { _ in
        DockerArchiveForm()
    }

    private init(
        prefix: String?, _ kind: DestinationTraits.Form, traits change: (inout DestinationTraits) -> Void,
        form: @escaping @Sendable (DestinationOptions) -> any ArchiveForm
    ) {
        var traits = DestinationTraits(kind)
        change(&traits)
        self.prefix = prefix
        self.traits = traits
        self.form = form
    }

    func accepts(_ path: String) -> Bool { prefix == nil && (path == "-" || ArchiveSuffix(of: path) != nil) }

    func startOfName(in path: String) -> String.Index? { ArchiveSuffix.end(in: path) }

    func destination(
        _ path: String, _ text: String, _ options: DestinationOptions
    ) throws(DestinationError) -> any Destination {
        if options.existing == .update { throw .updatesNoArchive(path: path) }
        var traits = traits
        if path == "-" {
            traits.isStandardOutput = true
            return StandardOutputDestination(form: form(options), traits: traits)
        }
        traits.takesVolumes = true
        let replaces = options.existing == .replace
        let target =
            if let size = options.volumeSize {
                try ArchiveTarget(path: path, replaces: replaces, volumeSize: size)
            } else { try ArchiveTarget(path: path, replaces: replaces) }
        return ArchiveDestination(target: target, form: form(options), traits: traits)
    }

    /// An archive in the place of a file, with its compression.
    func destination(inPlaceOf path: String) throws(DestinationError) -> any Destination {
        ArchiveDestination(
            target: try ArchiveTarget(inPlaceOf: path), form: form(DestinationOptions()), traits: traits)
    }
}

/// An archive in a file, or in volumes.
package struct ArchiveDestination: Destination {
    package let target: ArchiveTarget
    let form: any ArchiveForm
    package let traits: DestinationTraits

    package func fitted(_ outcome: MergeOutcome) throws(DestinationError) -> FittedPlan { try form.fitted(outcome) }

    package var partialPlace: PartialPlace? { PartialPlace(beside: target.path) }

    package func makeSink(_ context: SinkContext) throws(SinkError) -> any ImageSink {
        if target.compression == nil, target.volumeSize == nil {
            try ArchiveSink(target, syncs: context.syncs, spooled: context.progress)
        } else {
            try ArchiveStreamSink(target, syncs: context.syncs, spooled: context.progress)
        }
    }
}

extension ArchiveForm {
    /// The plan with the members of such an archive.
    func fitted(_ outcome: MergeOutcome) throws(DestinationError) -> FittedPlan {
        do throws(PlanError) {
            let notes = try notes(on: outcome.plan)
            return FittedPlan(outcome, plan: try archived(outcome.plan), notes: notes)
        } catch { throw .plan(error) }
    }
}

/// A file that is to become, or already is, an archive.
package struct ArchiveTarget: Sendable {
    package enum Mode: Equatable, Sendable {
        case create
        /// A file that stands there is removed when the new one is complete.
        case replace
        /// The archive that was read is removed, unless another program has changed it. Its permissions stay.
        case revise
    }

    /// Without links.
    package let path: String
    package let mode: Mode
    package let compression: Compression?
    /// The largest size of a volume (`path.001` and so on); `nil` if the archive is one file.
    package let volumeSize: Int64?
    /// The error if another program creates the archive meanwhile.
    let occupied: DestinationError

    /// One file, compressed as its name says.
    package init(path text: String, replaces: Bool) throws(DestinationError) {
        path = FileSystem.resolved(text)
        compression = ArchiveSuffix(of: text)?.compression
        volumeSize = nil
        occupied = replaces ? .changed(path: text) : .archiveExists(path: text)
        switch try DestinationPath.kind(of: path, shown: text) {
        case .file where replaces: mode = .replace
        case .file: throw .archiveExists(path: text)
        case .directory, .other: throw .notAFile(path: text)
        case nil: mode = .create
        }
    }

    /// In the place of a file with any name.
    init(inPlaceOf text: String) throws(DestinationError) {
        path = FileSystem.resolved(text)
        do throws(IOFailure) {
            compression = Compression(magic: try OpenFile(path: path).bytes(at: 0, count: Self.magicSize))
        } catch { throw .io(error) }
        volumeSize = nil
        occupied = .changed(path: text)
        mode = .replace
    }

    private static let magicSize = 16

    /// In volumes of that size. None may stand there unless they are replaced.
    package init(path text: String, replaces: Bool, volumeSize: Int64) throws(DestinationError) {
        path = text
        compression = ArchiveSuffix(of: text)?.compression
        self.volumeSize = volumeSize
        occupied = .changed(path: text)
        try DestinationPath.checkParent(of: path)
        mode = replaces ? .replace : .create
        // The leftovers of a killed run are put in order when writing begins; volumes are checked again then.
        var isInterrupted = false
        do throws(IOFailure) {
            try StagingDirectory.forEachNeeded(in: FileSystem.parent(of: path), for: FileSystem.name(of: path)) { _ in
                isInterrupted = true
            }
        } catch { throw .io(error) }
        if !isInterrupted { _ = try standingVolumes() }
    }

    /// The volumes, and their list, that are removed when new ones come.
    func standingVolumes() throws(DestinationError) -> [String] {
        let standing: [String]
        var other: String?
        let list = path + Volumes.listSuffix
        let hasList: Bool
        do throws(IOFailure) {
            standing = try Volumes.standing(path)
            for volume in standing where other == nil {
                if try FileSystem.presentKind(of: volume) != .file { other = volume }
            }
            hasList = try FileSystem.isPresent(list)
        } catch { throw .io(error) }
        if let first = standing.first, mode != .replace, other != first { throw .archiveExists(path: first) }
        if let other { throw .notAFile(path: other) }
        if hasList, !standing.contains(list) { throw .notOfVolumes(path: list) }
        return standing
    }

    /// For an archive that stays an archive of its kind; `nil` unless `text` is only the file name of an archive.
    package init?(revisionTo text: String, replaces: Bool) throws(DestinationError) {
        guard Destinations.split(text).kind == nil, ArchiveSuffix(of: text) != nil else { return nil }
        try DestinationSpelling.refuseTransport(of: text)
        try self.init(path: text, replaces: replaces)
    }

    /// In the place of the archive that was read.
    package init(revising input: ArchiveInput) {
        path = FileSystem.resolved(input.file.path)
        mode = .revise
        volumeSize = nil
        occupied = .changed(path: input.file.path)
        compression = input.compression
    }
}

/// The endings of archive names, and how each is compressed as a whole.
enum ArchiveSuffix {
    case plain
    case compressed(Compression)

    private static let known: [(ending: String, suffix: ArchiveSuffix)] = [
        (".tar", .plain), (".tar.gz", .compressed(.gzip)), (".tgz", .compressed(.gzip)),
        (".tar.zst", .compressed(.zstd)), (".tzst", .compressed(.zstd)), (".tar.xz", .compressed(.xz)),
        (".txz", .compressed(.xz)), (".tar.bz2", .compressed(.bzip2)), (".tbz2", .compressed(.bzip2)),
        (".tar.lz4", .compressed(.lz4)),
    ]

    /// `nil` if the name is not that of an archive.
    init?(of name: String) {
        let name = name.lowercased()
        guard let found = Self.known.first(where: { name.hasSuffix($0.ending) }) else { return nil }
        self = found.suffix
    }

    /// Whether the name has nothing before its suffix.
    static func isWhole(_ name: String) -> Bool { known.contains { $0.ending == name } }

    /// Whether the name belongs to a file of another kind or to a misspelt archive, and is unlikely to be a directory.
    static func isForeign(_ name: String) -> Bool {
        let name = FileSystem.name(of: name).lowercased()
        let endings = [
            ".zip", ".gz", ".zst", ".bz2", ".xz", ".lz4", ".7z", ".rar", ".oci", ".img", ".iso", ".sif", ".bak",
        ]
        let misspelt = [".tra", ".atr", ".tat", ".ta", ".tarr", ".taar", ".ttar", ".targz", ".tarzst", ".tg", ".tgx"]
        return ArchiveSuffix(of: name) == nil
            && (name.contains(text: ".tar.") || (endings + misspelt).contains(where: name.hasSuffix))
    }

    /// Where the name of an archive ends because a colon follows; `nil` if it does not.
    static func end(in path: String) -> String.Index? {
        path.indices.first { path[$0] == ":" && ArchiveSuffix(of: String(path[..<$0])) != nil }
    }

    var compression: Compression? { if case .compressed(let compression) = self { compression } else { nil } }
}
