import ByteIO
import ImageModel
import Registry
import Testing

@testable import ocimerge

/// One sentence for each failure of a registry. Text of the registry is escaped, and secrets are omitted.
@Suite struct RegistryMessageTests {
    static let one = Digest(.sha256, raw: [UInt8](repeating: 0xAB, count: 32))
    static let app = RegistryError.Operation(.read, "registry.example/app:1.0")
    static let upload = RegistryError.Operation(.upload, "registry.example/app")
    static let denied = [RegistryError.Detail(code: "DENIED", message: "no \u{1B}[1mentry")]

    static let sentences: [(RegistryError, String)] = [
        (
            .io(IOFailure(.send, "https://registry.example/v2/", .network(.notTLS))),
            "cannot reach https://registry.example/v2/: the server does not use TLS; use --plain-http"
        ),
        (
            .unauthorized(
                .init(.reach, "registry.example"), host: "registry.example", hasCredentials: true, errors: denied),
            "registry.example rejected this user and password (DENIED: no \\u{1b}[1mentry)"
        ),
        (
            .notFound(upload),
            "cannot upload registry.example/app: the repository does not exist or is not writable (the registry "
                + "answered 404)"
        ),
        (
            .layersElsewhere(upload, status: 500, errors: []),
            "cannot upload registry.example/app: the registry refuses layers that are stored elsewhere, by their urls (it "
                + "answered 500); allow the urls in its configuration (validation.manifests.urls.allow)"
        ),
        (
            .notManifest(app, contentType: "text/html\r"),
            "cannot read registry.example/app:1.0: the registry did not answer with a manifest but with type "
                + "'text/html\\r'"
        ),
        (
            .notManifest(app, contentType: ""),
            "cannot read registry.example/app:1.0: the registry did not answer with a manifest but with a document "
                + "without a type"
        ),
        (
            .unconfirmed(upload),
            "cannot upload registry.example/app: the registry reported success, but it does not have the content"
        ),
        (
            .wrongDigest(upload, expected: one, found: "sha256:0"),
            "cannot upload registry.example/app: digest \(one) expected, sha256:0 found; the registry, or a proxy "
                + "before it, damages content"
        ),
        (
            .tooManyRedirects(app, limit: 5),
            "cannot read registry.example/app:1.0: it is redirected more than 5 times"
        ),
        (
            .unusableHeader(upload, name: "Link", value: "<http://me:secret@host/v2/?x>"),
            "cannot upload registry.example/app: the registry sent '<http://host/v2/' as Link, which cannot be used"
        ),
        (
            .io(IOFailure(.send, "https://registry.example/v2/", .network(.tls("self-signed certificate")))),
            "cannot reach https://registry.example/v2/: self-signed certificate; trust the authority of its "
                + "certificate with --ca FILE"
        ),
        (
            .io(
                IOFailure(
                    .read, "docker://registry.example/app",
                    .carried(CarriedError(RegistryError.unknownScheme(host: "registry.example", scheme: "negotiate"))))),
            "registry.example requires authentication by 'negotiate', which is not supported; supported are Basic "
                + "(user and password) and Bearer (tokens)"
        ),
        (
            .refused(app, status: 400, errors: [.init(code: "MANIFEST_INVALID", message: "")]),
            "cannot read registry.example/app:1.0: the registry answered 400 (MANIFEST_INVALID)"
        ),
        (
            .refused(app, status: 405, errors: denied + [.init(code: "UNSUPPORTED", message: "not here")]),
            "cannot read registry.example/app:1.0: the registry answered 405 (DENIED: no \\u{1b}[1mentry; UNSUPPORTED: not "
                + "here); the registry does not allow this operation"
        ),
        (
            .refused(upload, status: 413, errors: []),
            "cannot upload registry.example/app: the registry answered 413; it limits the size of requests: try "
                + "--chunk-size 16M"
        ),
        (
            .refused(upload, status: 503, errors: [.init(code: "", message: "")]),
            "cannot upload registry.example/app: the registry answered 503; try again later"
        ),
        (
            .unauthorized(app, host: "registry.example", hasCredentials: false, errors: denied),
            "cannot read registry.example/app:1.0: registry.example denies anonymous access, or the repository does "
                + "not exist (DENIED: no \\u{1b}[1mentry); log in with 'ocimerge login registry.example'"
        ),
        (
            .unauthorized(app, host: "registry.example", hasCredentials: true, errors: []),
            "cannot read registry.example/app:1.0: registry.example denies access with the known credentials; log in "
                + "again, or as another user, with 'ocimerge login registry.example'"
        ),
        (.notFound(app), "cannot read registry.example/app:1.0: the registry does not have it"),
        (
            .busy(app, status: 429),
            "cannot read registry.example/app:1.0: the registry is too busy (it answered 429 until the time limit); "
                + "try again later"
        ),
        (
            .wrongDigest(.init(.write, "registry.example/app:1.0"), expected: one, found: "sha256:\n"),
            "cannot write registry.example/app:1.0: digest \(one) expected, sha256:\\n found; the registry, or a "
                + "proxy before it, damages content"
        ),
        (
            .wrongSize(.init(.look, "registry.example/app@\(one)"), expected: 2, found: 3),
            "cannot look for registry.example/app@\(one): 2 bytes expected, 3 found; the registry, or a proxy before "
                + "it, damages content"
        ),
        (
            .unusableHeader(.init(.reach, "a_b.example"), name: "host", value: "a_b.example"),
            "cannot reach a_b.example: 'a_b.example' is not a host name"
        ),
        (
            .unusableHeader(upload, name: "Location", value: "ftp://x/\u{7F}?_state=secret"),
            "cannot upload registry.example/app: the registry sent 'ftp://x/\\u{7f}' as Location, which cannot be used"
        ),
        (
            .unusableHeader(.init(.mount, "registry.example/app"), name: "Location", value: ""),
            "cannot mount registry.example/app: the registry sent no Location"
        ),
        (
            .unusableRedirect(app, to: "http://cdn.example/blob"),
            "cannot read registry.example/app:1.0: the registry redirects to http://cdn.example/blob, which is not "
                + "allowed; redirects from https to http are never followed"
        ),
        (
            .unusableRedirect(.init(.list, "registry.example/app"), to: ""),
            "cannot list registry.example/app: the registry sent a redirect without a Location"
        ),
        (
            .unusableRealm(host: "registry.example", realm: "http://127.0.0.1/\t"),
            "registry.example names 'http://127.0.0.1/\\t' as its token server, but credentials are not sent there; "
                + "the registry must name an https address"
        ),
        (
            .tokenServerFault(
                host: "registry.example",
                IOFailure(.send, "https://auth.example/token", .network(.unresolvedHost))),
            "cannot get a token for registry.example: cannot reach https://auth.example/token: the host name cannot "
                + "be resolved"
        ),
        (
            .tokenServer(
                host: "registry.example", realm: "https://auth.example/token", status: 400,
                errors: [.init(code: "invalid_grant", message: "")]),
            "cannot get a token for registry.example: https://auth.example/token answered 400 (invalid_grant); log in again "
                + "with 'ocimerge login registry.example'"
        ),
        (
            .tokenServer(host: "registry.example", realm: "https://auth.example/token", status: 502, errors: []),
            "cannot get a token for registry.example: https://auth.example/token answered 502; try again later"
        ),
        (
            .malformedToken(host: "registry.example", realm: "https://auth.example/token"),
            "cannot get a token for registry.example: the answer of https://auth.example/token contains no token"
        ),
        (
            .unknownScheme(host: "registry.example", scheme: "Negotiate"),
            "registry.example requires authentication by 'Negotiate', which is not supported; supported are Basic "
                + "(user and password) and Bearer (tokens)"
        ),
        (
            .malformedAnswer(app, "no \r"),
            "cannot read registry.example/app:1.0: the registry gave an invalid answer (no \\r)"
        ),
        (
            .tooLarge(.init(.token, "https://auth.example/token"), limit: 1 << 20),
            "cannot get a token from https://auth.example/token: the answer is larger than the 1.05 MB allowed"
        ),
        (.document(app, .notAnObject), "registry.example/app:1.0 is not a JSON object"),
    ]

    @Test(arguments: sentences)
    func aRegistryErrorIsOneSentence(error: RegistryError, sentence: String) {
        #expect(error.sentence == sentence)
    }

    @Test("The chunk size that a sentence suggests is accepted")
    func suggestedChunkSize() throws {
        let sentence = RegistryError.refused(Self.upload, status: 413, errors: []).sentence
        let size = try #require(sentence.split(separator: " ").last)
        #expect(try VolumeSize.parse(String(size), option: "--chunk-size") == 16 << 20)
    }
}
