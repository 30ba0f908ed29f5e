package import ByteIO
internal import ImageModel

/// A member of a stream of which everything was found out while it passed.
struct MeasuredBlob: PassedSource {
    let path: String
    let measure: BlobMeasure
    let listing: LayerListing?
    let start: [UInt8]

    var size: Int64 { measure.size }
    /// Never nil, so that two members of one name resemble each other only by their digest.
    var knownSHA256: [UInt8]? { measure.digests[.sha256] }
}

/// Measures whatever passes; what it is for shows only later.
package struct PassingAudit: MemberLook {
    private let crew: CopyCrew
    private let progress: @Sendable (Int) -> Void

    package init(_ crew: CopyCrew, progress: @escaping @Sendable (Int) -> Void) {
        self.crew = crew
        self.progress = progress
    }

    package func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource {
        // Who names its blobs that way may well name their content so.
        let algorithms: Set<ContentHasher.Algorithm> =
            name.split(separator: "/").contains("sha512") ? [.sha256, .sha512] : [.sha256]
        var reader = reader
        var start = [UInt8](repeating: 0, count: 512)
        start.removeLast(start.count - (try reader.fill(&start, count: start.count)))
        var listing: LayerListing?
        let wishes = BlobMeasure.Wishes(algorithms, content: algorithms) { content in
            listing = try? LayerListing(reading: content, path: path)
        }
        let measure = try crew.measure(
            PrefixedReader(start, then: reader), path: path, size: size, wishes, progress: progress)
        return MeasuredBlob(path: path, measure: measure, listing: listing, start: start)
    }
}
