internal import ByteIO
internal import ImageModel

/// A tar archive in a file that becomes a layer.
struct LayerArchive {
    let stored: FileWindow
    /// `nil` if the file is a plain tar.
    let compression: Compression?
    private let file: OpenFile

    private static let magicSize = 16

    init(_ path: String) throws(LayerMakingError) {
        do throws(IOFailure) {
            file = try OpenFile(path: path)
            stored = FileWindow(file, offset: 0, size: file.size)
            compression = Compression(magic: try stored.head(Self.magicSize))
        } catch { throw .io(error) }
    }

    /// Checks the members of a plain tar.
    func check() throws(LayerMakingError) {
        var check = ArchiveCheck(stored)
        try check.run()
    }

    /// Decompresses the file once, and checks the members.
    func measure(_ progress: @escaping (Int) -> Void) throws(LayerMakingError) -> BlobMeasure {
        var flaw: LayerMakingError?
        let measure: BlobMeasure
        do throws(IOFailure) {
            measure = try CopyCrew.assisted(by: 1) { (crew) throws(IOFailure) in
                var wishes = BlobMeasure.Wishes(content: [.sha256])
                wishes.look = { content in
                    var check = ArchiveCheck(content, path: stored.path)
                    do throws(LayerMakingError) { try check.run() } catch {
                        flaw = error
                        // The rest of the file is not needed.
                        crew.stop()
                    }
                }
                return try crew.measure(
                    stored.open(), path: stored.path, size: stored.size, wishes, progress: progress)
            }
        } catch { throw flaw ?? .io(error) }
        if let failure = measure.failure { throw .io(failure) }
        if let flaw { throw flaw }
        return measure
    }

    /// The layer with the bytes of the file.
    func layer(_ measure: BlobMeasure, _ compression: LayerCompression) throws(LayerMakingError) -> AddedLayer {
        guard let digest = measure.digests[.sha256], let diffID = measure.content[.sha256] else {
            throw .io(IOFailure(.read, stored.path, .changed))
        }
        return try unchanged(
            AddedLayer(
                digest: Digest(.sha256, raw: digest), size: measure.size, compression: compression,
                diffID: Digest(.sha256, raw: diffID), source: stored, origin: ""))
    }

    /// The layer, if the file has not been written to since it was opened.
    func unchanged(_ layer: AddedLayer) throws(LayerMakingError) -> AddedLayer {
        let isUntouched = try mapping(LayerMakingError.io) { () throws(IOFailure) in try file.isUntouched }
        guard isUntouched else { throw .io(IOFailure(.read, stored.path, .changed)) }
        return layer
    }
}
