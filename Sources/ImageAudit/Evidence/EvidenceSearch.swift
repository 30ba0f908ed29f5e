package import ByteIO
internal import ImageModel
internal import Synchronization

/// How much a look may cost.
package enum EvidenceDepth: Sendable {
    /// Plain layers by their headers; compressed ones until a file settles it or enough has been decompressed.
    case bounded
    /// Every layer to its end.
    case full
}

/// Looks for evidence in the layers of one image. Nothing is extracted, nothing is changed. What cannot be read is not
/// an error here: whoever copies or verifies it will say so.
package enum EvidenceLook {
    /// What a bounded look has not read may replace what it saw, or be what a 32-bit program is the guest of: a bounded
    /// look that would contradict what is claimed goes on to the end of every layer before it does.
    package static func evidence(of image: ImageContents, depth: EvidenceDepth) throws(IOFailure) -> Evidence {
        var reading = LayerReading(image, depth)
        let evidence = try reading.evidence()
        guard depth == .bounded, image.claims.contains(where: { evidence.contradicts($0) }) else { return evidence }
        var whole = LayerReading(image, .full)
        return try whole.evidence()
    }

    /// Of several images, on as many threads as there are jobs.
    package static func evidence(
        of images: [ImageContents], depth: EvidenceDepth, jobs: Int
    ) throws -> [Evidence] {
        let found = Mutex([Evidence](repeating: Evidence(witnesses: []), count: images.count))
        try Threads.forEach(images.count, jobs: jobs) { number in
            let evidence = try evidence(of: images[number], depth: depth)
            found.withLock { $0[number] = evidence }
        }
        return found.withLock { $0 }
    }

    /// The same from listings that were made while the layers passed, the lowest first. Where there is none the layer is
    /// read now if that is cheap: plain, and in a file.
    package static func evidence(
        of image: ImageContents, listings: [LayerListing?]
    ) throws(IOFailure) -> Evidence {
        var reading = LayerReading(image, .full)
        return try reading.evidence(given: listings)
    }
}
