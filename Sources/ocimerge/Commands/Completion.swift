internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

extension OpenedSource {
    /// What the source names and does not hold is taken for present where the layout that is updated has it. That is how
    /// an increment becomes whole again; the sink verifies such blobs to the last byte before anything is visible.
    mutating func complete(from held: HeldBlobs) throws {
        for digest in try graph.absentBlobs() {
            if let blob = try held.blob(digest) { graph.blobs[digest] = blob }
        }
    }
}
