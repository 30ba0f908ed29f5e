/// How blobs are uploaded, in one run.
package struct UploadOptions: Sendable {
    /// nil: whole, where nothing asks for less.
    package var chunkSize: Int64?
    package var ledger: UploadLedger

    package init(chunkSize: Int64? = nil, ledger: UploadLedger = .none) {
        self.chunkSize = chunkSize
        self.ledger = ledger
    }
}
