package import ByteIO
package import ImageModel
package import Registry

/// How a source is opened.
package struct OpeningPolicy: Sendable {
    /// The treatment of large members in streams and compressed archives, which can be read only once.
    package enum Streams: Sendable {
        case spool(SpoolDirectory)
        /// The members pass by; the observer sees them.
        case observe(any StreamObserver)
        /// The members pass by.
        case discard

        /// Without a spool the members pass by.
        package init(spool: SpoolDirectory?, observer: (any StreamObserver)? = nil) {
            self = spool.map { .spool($0) } ?? observer.map { .observe($0) } ?? .discard
        }
    }

    package var streams: Streams
    /// Whether defects are recorded and reading continues. Otherwise the first defect is thrown.
    package var isSurvey: Bool
    /// Whether the source itself is to be changed. Then its lists are kept, and the members that docker wrote for engines
    /// before 1.10.
    package var isForRevision: Bool
    /// Whether the referrers of an image in a registry are read too. A file contains all of its referrers.
    package var includesReferrers: Bool
    /// The documents of an image in a registry that suffice.
    package enum Extent: Sendable {
        case all
        /// The top document, and the images for this platform if there are any.
        case platform(Platform)
        /// The top document alone.
        case top

        /// Without a platform all documents.
        package init(_ platform: Platform?) { self = platform.map(Self.platform) ?? .all }
    }

    package var extent: Extent
    /// Whether the beginning of each layer in a file is read, to recognise its compression.
    package var recognisesLayers: Bool

    package init(
        streams: Streams = .discard, isSurvey: Bool = false, isForRevision: Bool = false,
        includesReferrers: Bool = false, extent: Extent = .all, recognisesLayers: Bool = true
    ) {
        self.streams = streams
        self.isSurvey = isSurvey
        self.isForRevision = isForRevision
        self.includesReferrers = includesReferrers
        self.extent = extent
        self.recognisesLayers = recognisesLayers
    }
}

/// An open source: its reference and its content.
package struct Source: Sendable {
    package let reference: SourceReference
    package let dialect: String
    package var graph: ImageGraph
    package let notes: [SourceNote]
    /// All roots, including those that the reference does not select.
    package let everyRoot: [ImageGraph.Root]
    package let files: any ImageFiles
    /// Empty unless the source was opened for a revision.
    let lists: SourceLists
    /// The file of each content, or the file in which it should be. Empty unless the source was opened as a survey.
    package let members: ContentMembers

    /// Empty unless the source was opened as a survey.
    package let defects: [SourceDefect]
    /// The files that no dialect reads. Empty unless the source was opened as a survey, and if the reference selects a
    /// part of it.
    package let unused: [ListedFile]
    /// Whether defects hide parts of the source: files that these need may seem unused.
    package let hidesContent: Bool
    /// Whether the archive ends early or is damaged: content that seems absent may be behind that place.
    package var isCutOff: Bool { files.damage != nil }

    package static func open(
        _ reference: SourceReference, _ registries: RegistryAccess, _ policy: OpeningPolicy
    ) throws(SourceError) -> Source {
        let defects = DefectLog(isSurvey: policy.isSurvey)
        if let image = reference.registry {
            let place = reference.readPlace ?? image
            let reading = try RegistryImage(image, at: place, in: registries).read(
                defects, policy.extent, includesReferrers: policy.includesReferrers)
            let files = NoFiles(path: reference.text)
            return Source(reference, RegistryImage.dialect, reading, reading.graph.roots, files, defects, unused: [])
        }
        let files = TrackedFiles(
            try OneFolder.unwrapped(try SourceOpening(policy).files(reference.place)), isTracking: policy.isSurvey)
        if let damage = files.damage { try defects.note(.tar(damage)) }
        let dialect = try dialect(of: files, reference, defects)
        var reading = try dialect?.read(files, defects, keepsLists: policy.isForRevision) ?? SourceReading()
        guard !reading.graph.roots.isEmpty || !defects.defects.isEmpty else { throw .noImage(path: files.path) }
        let everyRoot = reading.graph.roots
        if let selection = reference.selection { try reading.select(selection, source: reference.text) }
        // A survey compares labels when it reads the layers.
        if !policy.isSurvey, policy.recognisesLayers { try reading.recogniseLayers() }
        let unused = policy.isSurvey && reference.selection == nil ? try files.unused() : []
        return Source(
            reference, dialect?.name ?? "damaged source", reading, everyRoot, files.untracked, defects, unused: unused)
    }

    private init(
        _ reference: SourceReference, _ dialect: String, _ reading: SourceReading, _ everyRoot: [ImageGraph.Root],
        _ files: any ImageFiles, _ defects: DefectLog, unused: [ListedFile]
    ) {
        self.reference = reference
        self.dialect = dialect
        graph = reading.graph
        notes = reading.notes
        self.everyRoot = everyRoot
        self.files = files
        lists = reading.lists
        members = reading.members
        self.defects = defects.defects
        self.unused = unused
        hidesContent = defects.hidesContent
    }

    /// A source that was not read.
    init(of reference: SourceReference, _ dialect: String, _ reading: SourceReading) {
        self.init(
            reference, dialect, reading, reading.graph.roots, NoFiles(path: reference.text),
            DefectLog(isSurvey: false), unused: [])
    }

    /// `nil` in a survey if defects hide the dialect.
    private static func dialect(
        of files: TrackedFiles, _ reference: SourceReference, _ defects: DefectLog
    ) throws(SourceError) -> (any InputDialect)? {
        do throws(SourceError) { return try InputDialects.dialect(of: files, wanted: reference.dialect) } catch {
            // The files that identify the dialect may be behind the damage.
            if case .unknownFormat = error, files.damage != nil { return nil }
            try defects.note(error)
            return nil
        }
    }

    /// Whether the format has no annotations.
    package var lacksAnnotations: Bool { dialect == DockerArchive().name }

    /// Whether the source is a tree of several directories.
    package var isTree: Bool { dialect == SkopeoTree().name }

    /// The digest of the content that a file of this source should have; `nil` if its name states none.
    package func statedDigest(of file: ListedFile) -> Digest? {
        isTree ? SkopeoTree.statedDigest(file.name) : Self.statedDigest(file)
    }

    /// The digest of the content that a file should have, by its name alone; `nil` if the name states none.
    package static func statedDigest(_ file: ListedFile) -> Digest? {
        let isAlone = !file.name.utf8.contains(UInt8(ascii: "/"))
        return isAlone ? Digest(algorithm: .sha256, hex: file.name) : LayoutPath(parsing: file.name)?.digest
    }
}
