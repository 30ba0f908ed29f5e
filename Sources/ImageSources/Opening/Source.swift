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
        look: (any MemberLook)? = nil, keepsLegacy: Bool = false, referrers: Bool = false,
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
