import ByteIO
import ImageModel
import ImageSinks

extension ImageSink {
    /// Writes all content of the plan and does not commit it.
    func putEverything(_ plan: WritePlan) throws {
        try begin(plan)
        var buffer = [UInt8](repeating: 0, count: transferSize)
        for blob in plan.blobs { try put(blob, crew: CopyCrew(), buffer: &buffer) { _ in } }
        for document in plan.documents { try put(document) }
    }
}
