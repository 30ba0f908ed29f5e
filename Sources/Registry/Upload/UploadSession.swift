package import ByteIO
internal import ImageModel

/// An upload that a registry has begun: where it goes on, and what the registry says of it.
package struct UploadSession: Sendable, Equatable {
    /// It may carry secrets in its query, and is another one after every answer.
    package let location: WebAddress
    /// How many bytes it has; nil: it does not say, or says it so that nothing and one byte look alike.
    package let received: Int64?
    /// No chunk but the last may be smaller; nil: any may.
    package let leastChunk: Int64?

    package init(location: WebAddress, received: Int64? = nil, leastChunk: Int64? = nil) {
        self.location = location
        self.received = received
        self.leastChunk = leastChunk
    }

    /// `Range` of an answer: `0-1023`, or with `bytes=` as old registries write it.
    static func received(_ text: String?) -> Int64? {
        guard var rest = text.map({ Substring($0) }) else { return nil }
        if rest.hasPrefix("bytes=") { rest = rest.dropFirst("bytes=".count) }
        guard rest.hasPrefix("0-"), rest.dropFirst(2).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let last = Int64(rest.dropFirst(2)), last > 0, last < .max
        else { return nil }
        return last + 1
    }
}

/// How an upload begins: with the wish that the registry takes what it has elsewhere, as far as it takes wishes.
struct UploadBeginning {
    private let client: RepositoryClient
    private let digest: Digest
    private var known: KnownBlobs { client.known }

    init(_ client: RepositoryClient, _ digest: Digest) {
        self.client = client
        self.digest = digest
    }

    /// A candidate whose registry says 202 was not of use, and the session that it opened is gone on with.
    func begin(from candidates: [RepositoryName]) throws(RegistryError) -> RepositoryClient.Begun {
        if let source = candidates.first(where: { !known.isClosed($0) }) {
            do throws(RegistryError) {
                return try client.beginUpload(of: digest, mounting: true, from: source)
            } catch {
                guard error.isRefusal else { throw error }
                known.noteClosed(source)
            }
        } else if !known.isPlain(client.name.domain) {
            do throws(RegistryError) { return try client.beginUpload(of: digest, mounting: true) } catch {
                guard error.isRefusal else { throw error }
                let begun = try client.beginUpload(of: digest, mounting: false)
                // The plain one passed: what was wrong with the other is known for all that follow.
                known.notePlain(client.name.domain)
                return begun
            }
        }
        return try client.beginUpload(of: digest, mounting: false)
    }
}

extension RegistryError {
    func says(_ code: String) -> Bool {
        if case .refused(_, _, let errors) = self { errors.contains { $0.code == code } } else { false }
    }

    /// A 4xx that says no to what was asked rather than that it was asked too often.
    var isRefusal: Bool {
        switch self {
        case .unauthorized, .notFound: true
        case .refused(_, let status, _), .tokenServer(_, _, let status, _, _):
            (400..<500).contains(status) && ![408, 425, 429].contains(status)
        default: false
        }
    }
}

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
