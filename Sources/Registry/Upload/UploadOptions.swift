/// How blobs are uploaded, in one run.
package struct UploadOptions: Sendable {
    /// nil: whole, where nothing asks for less.
    package var chunkSize: Int64?
    /// At most so much is sent again where a registry forgets what broke off. Large enough that the requests do not count.
    package var sureChunk: Int64 = 16 << 20
    package var ledger: UploadLedger
    package var known: KnownBlobs

    package init(
        chunkSize: Int64? = nil, ledger: UploadLedger = .none, known: KnownBlobs = KnownBlobs()
    ) {
        self.chunkSize = chunkSize
        self.ledger = ledger
        self.known = known
    }
}
