package import ByteIO
internal import ImageModel

/// Why the content of a file cannot be passed on.
package enum FileContentError: Error, Sendable {
    case layer(LayerFailure)
    /// The receiver of the bytes failed.
    case output(IOFailure)
    /// The tar leaves out the holes of the file.
    case sparse
    /// No regular file is at the path.
    case absent
}

extension MergedTree {
    /// Passes the content of a regular file to `receive`, then reads its layer to the end and verifies it again. `path`
    /// has no links; `layers` are those of the tree.
    package func passContent(
        of path: FilePath, in layers: [ImageContents.Layer],
        to receive: @escaping ([UInt8]) throws(IOFailure) -> Void
    ) throws(FileContentError) {
        guard let node = node(at: path) else { throw .absent }
        let entry = nodes.record(of: node)
        let record = self.layers.record(of: entry)
        if record.kind == .sparseFile { throw .sparse }
        guard record.kind == .file else { throw .absent }
        let layer = layers[self.layers.layer(of: entry)]
        try CopyCrew.assisted(by: 1) { (crew) throws(FileContentError) in
            try layer.pass(record, crew, to: receive)
        }
    }
}

extension ImageContents.Layer {
    /// Passes the content of one file, and verifies the whole layer.
    fileprivate func pass(
        _ record: FileRecord, _ crew: CopyCrew, to receive: @escaping ([UInt8]) throws(IOFailure) -> Void
    ) throws(FileContentError) {
        guard let source else { throw failure(.absent) }
        var outcome: FileContentError?
        var refusal: IOFailure?
        var wishes = BlobMeasure.Wishes([digest.algorithm], content: [.sha256])
        wishes.look = { content in
            do throws(FileContentError) { try pass(record, of: content, path: source.path, to: receive) } catch {
                outcome = error
                if case .output(let failure) = error {
                    refusal = failure
                    // The rest of the layer is not needed.
                    crew.stop()
                }
            }
        }
        let measure: BlobMeasure
        do throws(IOFailure) {
            measure = try crew.measure(
                source.open(), path: source.path, size: source.size, wishes, progress: { _ in })
        } catch { throw refusal.map(FileContentError.output) ?? failure(.unreadable(error)) }
        if let refusal { throw .output(refusal) }
        guard let found = measure.digest(digest.algorithm) else { throw failure(.unverified) }
        guard found == digest else { throw failure(.wrongContent(found: found)) }
        if let damage = measure.failure { throw failure(.undecodable(damage)) }
        if let outcome { throw outcome }
    }

    private func failure(_ fault: LayerFault) -> FileContentError { .layer(LayerFailure(layer: digest, fault: fault)) }

    private func pass(
        _ record: FileRecord, of content: any ByteReader, path: String,
        to receive: ([UInt8]) throws(IOFailure) -> Void
    ) throws(FileContentError) {
        var content = content
        var buffer = [UInt8](repeating: 0, count: transferSize)
        var skipped: Int64 = 0
        var passed: Int64 = 0
        while passed < record.size {
            let isBefore = skipped < record.offset
            let wanted = isBefore ? record.offset - skipped : record.size - passed
            let count = Int(min(Int64(buffer.count), wanted))
            let got: Int
            do throws(IOFailure) { got = try content.fill(&buffer, count: count) } catch {
                throw failure(.unreadable(error))
            }
            guard got > 0 else { throw failure(.unreadable(IOFailure(.read, path, .truncated))) }
            if isBefore {
                skipped += Int64(got)
            } else {
                do throws(IOFailure) { try receive(Array(buffer[..<got])) } catch { throw .output(error) }
                passed += Int64(got)
            }
        }
    }
}
