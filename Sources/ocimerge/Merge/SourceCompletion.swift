internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

extension Source {
    /// Adds the blobs that the source lacks and the destination has. So an increment becomes whole again. The sink verifies
    /// such blobs to the last byte before anything is visible.
    mutating func complete(from held: (any BlobLookup)?) throws(IOFailure) {
        guard let held else { return }
        for absent in graph.absentBlobs() {
            if let blob = try held.blob(absent.digest) { graph.blobs[absent.digest] = blob }
        }
    }
}
