package import ByteIO
package import ImageModel

/// A registry did not do what was asked of it. Facts only, and none of them secret.
package enum RegistryError: Error, Equatable, Sendable {
    /// Connections, and what was to be sent.
    case io(IOFailure)
    /// An answer that says no. `errors` are the registry's own words, bounded.
    case refused(Operation, status: Int, errors: [Said])
    /// 401 or 403 of the registry or of its token server.
    case unauthorized(Operation, host: String, hasCredentials: Bool, errors: [Said])
    case notFound(Operation)
    /// Too busy for longer than we are willing to wait.
    case busy(Operation, status: Int)
    /// Bytes or a claim of the registry are not those that a digest promises.
    case wrongDigest(Operation, expected: Digest, found: String)
    case wrongSize(Operation, expected: Int64, found: Int64)
    /// A header that steers us is missing or leads where nothing may be sent.
    case unusableHeader(Operation, name: String, value: String)
    /// A redirect from https to http, or to an address of no use.
    case unusableRedirect(Operation, to: String)
    case tooManyRedirects(Operation, limit: Int)
    /// What came as a manifest is something else, a page for people as often as not.
    case notManifest(Operation, contentType: String)
    /// Nothing secret goes to the address of a token server that is named so.
    case unusableRealm(host: String, realm: String)
    /// The token server cannot be reached.
    case tokenServerFault(host: String, IOFailure)
    /// `retryAfter`: when it wants to be asked again.
    case tokenServer(host: String, realm: String, status: Int, errors: [Said], retryAfter: Duration? = nil)
    case malformedToken(host: String, realm: String)
    /// The server wants to know us by a method that we do not speak.
    case unknownScheme(host: String, scheme: String)
    case malformedAnswer(Operation, String)
    case tooLarge(Operation, limit: Int)
    case document(Operation, DocumentError)
    case credentials(CredentialError)

    /// What was tried, and on what.
    package struct Operation: Equatable, Sendable {
        package enum Verb: String, Sendable {
            case reach, read, look, write, upload, mount, list, token
        }

        package let verb: Verb
        /// `registry.example/app:1.0`, `registry.example/app@sha256:…`, or the host alone.
        package let subject: String

        package init(_ verb: Verb, _ subject: String) {
            self.verb = verb
            self.subject = subject
        }
    }

    /// One entry of the `errors` in an answer.
    package struct Said: Equatable, Sendable {
        package let code: String
        package let message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }
}

/// The `errors` of an answer that says no, as far as they can be had: nothing about them may fail.
enum RefusalBody {
    private static let limit = 1 << 20
    private static let mostEntries = 4
    private static let longestText = 300

    /// `sent`: no word in which that stands is repeated.
    static func errors(of response: inout HTTPResponse, without sent: SentSecrets) -> [RegistryError.Said] {
        guard let bytes = try? response.bytes(limit: limit), let root = (try? JSONDocument(parsing: bytes))?.root
        else { return [] }
        guard let entries = root["errors"]?.elements else {
            // OAuth2 (RFC 6749, 5.2), and what token servers say in their own way.
            let said = ["error_description", "details", "message"].compactMap { root[$0]?.string }.first
            let code = root["error"]?.string
            return said == nil && code == nil
                ? [] : [RegistryError.Said(code: text(root["error"], sent), message: bounded(said, sent))]
        }
        return entries.prefix(mostEntries).map { entry in
            RegistryError.Said(code: text(entry["code"], sent), message: text(entry["message"], sent))
        }
    }

    private static func text(_ value: JSONValue?, _ sent: SentSecrets) -> String { bounded(value?.string, sent) }

    /// What is cut off in the middle would not be known again, so the whole is looked at.
    private static func bounded(_ text: String?, _ sent: SentSecrets) -> String {
        guard let text, !sent.stand(in: text) else { return "" }
        return String(text.prefix(longestText))
    }
}
