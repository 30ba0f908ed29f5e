internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

extension Source {
    /// A source whose absent blobs are taken from the destination that holds them; `nil` if it holds none.
    static func open(
        _ reference: SourceReference, _ registries: RegistryAccess, _ policy: OpeningPolicy,
        completedFrom held: HeldBlobs?
    ) throws -> Source {
        var source = try Source.open(reference, registries, policy)
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
