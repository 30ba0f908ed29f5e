internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

extension OpenedSource {
    /// For a result that goes where these blobs are held; nil: where none is.
    static func open(
        _ reference: SourceReference, _ registries: RegistryAccess, completedFrom held: HeldBlobs?,
        spool: SpoolDirectory?, look: (any StreamObserver)?, referrers: Bool = false
    ) throws -> OpenedSource {
        var source = try OpenedSource.open(reference, registries, spool: spool, look: look, referrers: referrers)
        if let held { try source.complete(from: held) }
        return source
    }

    /// What the source names and does not hold is taken for present where the layout that is updated has it. That is how
    /// an increment becomes whole again; the sink verifies such blobs to the last byte before anything is visible.
    private mutating func complete(from held: HeldBlobs) throws {
        for digest in graph.absentBlobs() {
            if let blob = try held.blob(digest) { graph.blobs[digest] = blob }
        }
    }
}
