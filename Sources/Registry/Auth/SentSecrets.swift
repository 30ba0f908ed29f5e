internal import ByteIO
internal import Synchronization

/// What we have shown of ourselves: words of those who have seen it are not repeated when it stands in them.
final class SentSecrets: Sendable {
    private let known = Mutex<Set<String>>([])

    func note(_ secret: String) {
        if !secret.isEmpty { known.withLock { _ = $0.insert(secret) } }
    }

    func note(authorization: String?) {
        guard let secret = authorization?.split(separator: " ", maxSplits: 1).last.map(String.init) else { return }
        note(secret)
        guard authorization?.hasPrefix("Basic ") == true, let bytes = Base64.bytes(secret) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        if let colon = text.firstIndex(of: ":") { note(String(text[text.index(after: colon)...])) }
    }

    func note(_ credential: Credential) {
        switch credential {
        case .basic(let user, let password):
            note(authorization: BasicAuthorization.text(user: user, password: password))
        case .identityToken(let token), .bearer(let token): note(token)
        }
    }

    func stand(in text: String) -> Bool { known.withLock { $0.contains { text.contains($0) } } }
}
