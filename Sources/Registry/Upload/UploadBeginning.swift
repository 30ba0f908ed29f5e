internal import ImageModel

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
