internal import ByteIO

/// An upload session that a registry has opened: its address and the facts of the latest response.
struct UploadSession: Sendable, Equatable {
    /// The address of the next request. It changes with every response and may hold secrets in its query.
    let location: WebAddress
    /// The number of bytes that the registry has; `nil` if it states none, or if 0 and 1 cannot be told apart.
    let received: Int64?
    /// The smallest size of all chunks but the last; `nil` if there is no minimum.
    let leastChunk: Int64?

    init(location: WebAddress, received: Int64? = nil, leastChunk: Int64? = nil) {
        self.location = location
        self.received = received
        self.leastChunk = leastChunk
    }

    /// Parses the header `Range` of a response: `0-1023`, or `bytes=0-1023` from old registries.
    static func received(_ text: String?) -> Int64? {
        guard var rest = text.map({ Substring($0) }) else { return nil }
        if rest.hasPrefix("bytes=") { rest = rest.dropFirst("bytes=".count) }
        guard rest.hasPrefix("0-"), rest.dropFirst(2).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let last = Int64(rest.dropFirst(2)), last > 0, last < .max
        else { return nil }
        return last + 1
    }
}

/// The stage of an upload.
enum UploadState: Equatable {
    /// No usable session.
    case new
    /// A session whose number of received bytes must be requested.
    case unknownOffset(UploadSession)
    case ready(UploadSession, offset: Int64)

    var session: UploadSession? {
        switch self {
        case .new: nil
        case .unknownOffset(let session), .ready(let session, _): session
        }
    }
}

/// The options for the uploads of one run.
package struct UploadOptions: Sendable {
    /// The size of chunks; `nil` sends whole blobs unless the registry or a proxy demands chunks.
    package var chunkSize: Int64?
    package var ledger: UploadLedger

    package init(chunkSize: Int64? = nil, ledger: UploadLedger = .none) {
        self.chunkSize = chunkSize
        self.ledger = ledger
    }
}
