package import ByteIO
package import ImageModel
package import Registry

/// A source, open: what the user called it, and what is in it.
package struct OpenedSource: Sendable {
    package let reference: SourceReference
    package let dialect: String
    package var graph: ImageGraph
    package let notes: [SourceNote]
    /// Those that the selection left out included.
    package let everyRoot: [ImageGraph.Root]
    package let files: any ImageFiles

    /// `spool` receives what can be read only once; without it (somebody only looks) such bytes pass by, and `look` sees
    /// them. `keepsLegacy`: somebody will ask for members that no image of today needs. `referrers`: what a registry has
    /// that speaks of the image is read too; a file has nothing that is not in it. `platform`: of what a registry has, only
    /// the images for it may be read, where there are any.
    package static func open(
        _ reference: SourceReference, _ registries: RegistryAccess, spool: SpoolDirectory?,
        look: (any StreamObserver)? = nil, keepsLegacy: Bool = false, referrers: Bool = false,
        platform: Platform? = nil
    ) throws(SourceError) -> OpenedSource {
        if let image = reference.registry {
            return try open(reference, image, registries, referrers: referrers, platform)
        }
        let manner: SourceOpening.Manner = if let look, spool == nil { .look(look) } else { .whole(spool) }
        let opening = SourceOpening(manner: manner, keepsLegacy: keepsLegacy)
        let files = try OneFolder.unwrapped(try opening.files(reference.place))
        let dialect = try InputDialects.dialect(of: files, wanted: reference.dialect)
        var reading = try dialect.read(files, DefectLog(isSurvey: false))
        guard !reading.graph.roots.isEmpty else { throw .noImage(path: files.path) }
        let everyRoot = reading.graph.roots
        if let selection = reference.selection { try reading.select(selection, source: reference.text) }
        try reading.recogniseLayers()
        return OpenedSource(
            reference: reference, dialect: dialect.name, graph: reading.graph, notes: reading.notes,
            everyRoot: everyRoot, files: files)
    }

    /// Layers stay where they are: what is labelled wrongly there is not noticed here.
    private static func open(
        _ reference: SourceReference, _ image: RegistryReference, _ registries: RegistryAccess, referrers: Bool,
        _ platform: Platform?
    ) throws(SourceError) -> OpenedSource {
        let image = RegistryImage(image, in: registries)
        let reading = try image.read(DefectLog(isSurvey: false), includesReferrers: referrers, platform: platform)
        return OpenedSource(
            reference: reference, dialect: RegistryImage.dialect, graph: reading.graph, notes: reading.notes,
            everyRoot: reading.graph.roots, files: NoFiles(path: reference.text))
    }
}

/// A source of which everything was read that can be, beside everything that is wrong with it.
package struct SourceSurvey: Sendable {
    package let dialect: String
    package let graph: ImageGraph
    package let notes: [SourceNote]
    package let defects: [SourceDefect]
    /// The files in which content of that digest stands, or should.
    package let members: [Digest: String]
    /// The files that nothing of the source asks for; none where only part of it was chosen.
    package let unused: [ListedFile]
    /// Parts of the source cannot be seen: what is needed there may seem unused.
    package let hidesContent: Bool
    /// The archive ends early or is damaged: what seems to be missing may stand behind that place.
    package let isCutOff: Bool

    /// `look` sees the members of what can be read only once. Thrown is only what leaves nothing to look at.
    package static func open(
        _ reference: SourceReference, _ registries: RegistryAccess, look: any StreamObserver
    ) throws(SourceError) -> SourceSurvey {
        if let image = reference.registry { return try open(reference, image, registries) }
        let files = AskedFiles(try OneFolder.unwrapped(try SourceOpening(manner: .survey(look)).files(reference.place)))
        let defects = DefectLog(isSurvey: true)
        if let damage = files.damage { try defects.note(.tar(damage)) }
        let dialect = try dialect(of: files, reference, defects)
        var reading = try dialect?.read(files, defects) ?? SourceReading()
        guard !reading.graph.roots.isEmpty || !defects.defects.isEmpty else { throw .noImage(path: files.path) }
        if let selection = reference.selection { try reading.select(selection, source: reference.text) }
        return SourceSurvey(
            dialect: dialect?.name ?? "damaged source", graph: reading.graph, notes: reading.notes,
            defects: defects.defects, members: reading.members,
            unused: reference.selection == nil ? try files.unused() : [], hidesContent: defects.hidesContent,
            isCutOff: files.damage != nil)
    }

    /// A registry has no files that nobody asks for.
    private static func open(
        _ reference: SourceReference, _ image: RegistryReference, _ registries: RegistryAccess
    ) throws(SourceError) -> SourceSurvey {
        let defects = DefectLog(isSurvey: true)
        let reading = try RegistryImage(image, in: registries).read(defects)
        return SourceSurvey(
            dialect: RegistryImage.dialect, graph: reading.graph, notes: reading.notes, defects: defects.defects,
            members: reading.members, unused: [], hidesContent: defects.hidesContent, isCutOff: false)
    }

    /// nil: there are defects in the place of whatever would say.
    private static func dialect(
        of files: AskedFiles, _ reference: SourceReference, _ defects: DefectLog
    ) throws(SourceError) -> (any InputDialect)? {
        do throws(SourceError) { return try InputDialects.dialect(of: files, wanted: reference.dialect) } catch {
            // Half an archive may have lost what would have told.
            if case .unknownFormat = error, files.damage != nil { return nil }
            try defects.note(error)
            return nil
        }
    }

    /// Content of this digest should stand in that file, by its name alone.
    package static func statedDigest(_ file: ListedFile) -> Digest? {
        let isAlone = !file.name.utf8.contains(UInt8(ascii: "/"))
        return isAlone ? Digest(algorithm: .sha256, hex: file.name) : LayoutPath(parsing: file.name)?.digest
    }
}

/// Files, and which of them somebody asked for. One thread asks, and what it makes of them leaves this behind.
private final class AskedFiles: ImageFiles, @unchecked Sendable {
    private let files: any ImageFiles
    private var asked: Set<String> = []

    init(_ files: any ImageFiles) { self.files = files }

    var path: String { files.path }
    var isArchive: Bool { files.isArchive }
    var topNames: Set<String> { get throws(SourceError) { try files.topNames } }
    var names: [String] { get throws(SourceError) { try files.names } }
    var archive: ArchiveInput? { files.archive }
    var damage: TarError? { (files as? TarFiles)?.index.damage ?? (files as? OneFolder)?.damage }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        asked.insert(name)
        return try files.file(name)
    }

    func all() throws(SourceError) -> [ListedFile] { try files.all() }

    func memberName(_ name: String) -> String { files.memberName(name) }

    func unused() throws(SourceError) -> [ListedFile] {
        try all().filter { file in
            !asked.contains(file.name) && !Self.known.contains(file.name) && !file.name.hasPrefix("signature-")
                && !SourceOpening.isLegacy(file.name)
        }
    }

    /// What a source has for readers of its other dialects.
    private static let known: Set<String> = ["oci-layout", "index.json", "manifest.json", "repositories", "version"]
}
