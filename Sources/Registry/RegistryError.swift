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
