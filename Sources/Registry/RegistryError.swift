package import ByteIO
package import ImageModel

/// The failure of a request to a registry. Holds facts only, and no secret.
package enum RegistryError: Error, Equatable, Sendable {
    /// The connection failed, or the content to upload cannot be read.
    case io(IOFailure)
    /// An unexpected status. `errors` are the registry's own texts, bounded.
    case refused(Operation, status: Int, errors: [Detail])
    /// 401 or 403 of the registry or of its token server.
    case unauthorized(Operation, host: String, hasCredentials: Bool, errors: [Detail])
    case notFound(Operation)
    /// The registry refuses a manifest because of layers with `urls`, which it does not have.
    case layersElsewhere(Operation, status: Int, errors: [Detail])
    /// Too many requests, after all retries or with too long a `Retry-After`.
    case busy(Operation, status: Int)
    /// The content, or the digest in a response, differs from the expected digest.
    case wrongDigest(Operation, expected: Digest, found: String)
    case wrongSize(Operation, expected: Int64, found: Int64)
    /// The registry reports success, states no digest, and does not have the content.
    case unconfirmed(Operation)
    /// A header with an address is absent, or its address may not be used.
    case unusableHeader(Operation, name: String, value: String)
    /// A redirect from https to http, or to an unusable address.
    case unusableRedirect(Operation, to: String)
    case tooManyRedirects(Operation, limit: Int)
    /// The response to a manifest request is no manifest, often an HTML page.
    case notManifest(Operation, contentType: String)
    /// The address of a token server, to which no secret may be sent.
    case unusableRealm(host: String, realm: String)
    /// The connection to the token server failed.
    case tokenServerFault(host: String, IOFailure)
    /// An unexpected status of the token server. `retryAfter` is the delay that it demands.
    case tokenServer(host: String, realm: String, status: Int, errors: [Detail], retryAfter: Duration? = nil)
    case malformedToken(host: String, realm: String)
    /// The registry demands an authentication scheme that is not implemented.
    case unknownScheme(host: String, scheme: String)
    case malformedAnswer(Operation, String)
    case tooLarge(Operation, limit: Int)
    case document(Operation, DocumentError)
    case credentials(CredentialError)

    /// The attempted action and its subject.
    package struct Operation: Equatable, Sendable {
        package enum Verb: String, Sendable {
            case reach, read, look, write, upload, mount, list, tags, token
        }

        package let verb: Verb
        /// `registry.example/app:1.0`, `registry.example/app@sha256:…`, a repository or a host.
        package let subject: String

        package init(_ verb: Verb, _ subject: String) {
            self.verb = verb
            self.subject = subject
        }
    }

    /// One entry of the `errors` in a response (distribution-spec, "Error Codes").
    package struct Detail: Equatable, Sendable {
        package let code: String
        package let message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }
}

extension RegistryError {
    /// Whether the same request may succeed later: the connection failed, or the server is too busy.
    package var isPassing: Bool {
        switch self {
        case .io(let failure): failure.isNetworkFault
        case .tokenServerFault, .busy: true
        case .refused(_, let status, _), .tokenServer(_, _, let status, _, _): Self.isPassing(status: status)
        default: false
        }
    }

    package static func isPassing(status: Int) -> Bool { status >= 500 || status == 429 || status == 408 }
}

/// Reads the `errors` of a response with an error status. A malformed body gives an empty list, never another error.
enum ErrorResponse {
    static let limit = 1 << 20
    private static let mostEntries = 4
    private static let longestText = 300

    /// Texts that contain one of the secrets in `sent` are left empty.
    static func errors(of response: inout HTTPResponse, without sent: SentSecrets) -> [RegistryError.Detail] {
        guard let bytes = try? response.bytes(limit: limit), let root = (try? JSONDocument(parsing: bytes))?.root
        else { return [] }
        guard let entries = root["errors"]?.elements else {
            // OAuth2 (RFC 6749, 5.2), and the forms of other token servers.
            let message = ["error_description", "details", "message"].compactMap { root[$0]?.string }.first
            let code = root["error"]?.string
            return message == nil && code == nil
                ? [] : [RegistryError.Detail(code: text(root["error"], sent), message: bounded(message, sent))]
        }
        return entries.prefix(mostEntries).map { entry in
            RegistryError.Detail(code: text(entry["code"], sent), message: text(entry["message"], sent))
        }
    }

    private static func text(_ value: JSONValue?, _ sent: SentSecrets) -> String { bounded(value?.string, sent) }

    /// Checks the whole text before it is cut: a secret that is cut in the middle would not be found.
    private static func bounded(_ text: String?, _ sent: SentSecrets) -> String {
        guard let text, !sent.appear(in: text) else { return "" }
        return String(text.prefix(longestText))
    }
}
