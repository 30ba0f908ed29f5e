package import ByteIO

/// How blobs are uploaded, in one run.
package struct UploadOptions: Sendable {
    /// nil: whole, where nothing asks for less.
    package var chunkSize: Int64?
    package var ledger: UploadLedger
    package var known: KnownBlobs
    /// How long to wait before another attempt.
    package var pauses: any UploadPausing

    package init(
        chunkSize: Int64? = nil, ledger: UploadLedger = .none, known: KnownBlobs = KnownBlobs(),
        pauses: any UploadPausing
    ) {
        self.chunkSize = chunkSize
        self.ledger = ledger
        self.known = known
        self.pauses = pauses
    }
}

/// Waits before another attempt.
package protocol UploadPausing: Sendable {
    /// `attempt`: counted from 1. Ends early, with an error, when a signal asks the program to stop.
    func pause(beforeAttempt attempt: Int, for subject: String) throws(IOFailure)
}
