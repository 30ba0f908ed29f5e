import ByteIO
import ImageModel
import Registry
import Testing

@testable import ocimerge

/// One sentence for whatever a registry does not do; its own words are escaped, and secrets are not in them.
@Suite struct RegistryMessageTests {
    static let one = Digest(.sha256, raw: [UInt8](repeating: 0xAB, count: 32))
    static let app = RegistryError.Operation(.read, "registry.example/app:1.0")
    static let upload = RegistryError.Operation(.upload, "registry.example/app")
    static let denied = [RegistryError.Detail(code: "DENIED", message: "no \u{1B}[1mentry")]

    static let sentences: [(RegistryError, String)] = [
        (
            .io(IOFailure(.send, "https://registry.example/v2/", .network(.notTLS))),
            "cannot reach https://registry.example/v2/: it does not speak TLS; --plain-http speaks without"
        ),
        (
            .unauthorized(
                .init(.reach, "registry.example"), host: "registry.example", hasCredentials: true, errors: denied),
            "registry.example does not take this user and password (DENIED: no \\u{1b}[1mentry)"
        ),
        (
            .notFound(upload),
            "cannot upload registry.example/app: the repository does not exist, or may not be written to (the registry "
                + "answered 404)"
        ),
        (
            .notManifest(app, contentType: "text/html\r"),
            "cannot read registry.example/app:1.0: what the registry answers is no manifest but of type 'text/html\\r'"
        ),
        (
            .notManifest(app, contentType: ""),
            "cannot read registry.example/app:1.0: what the registry answers is no manifest but of no type that it names"
        ),
        (
            .tooManyRedirects(app, limit: 5),
            "cannot read registry.example/app:1.0: it is redirected more than 5 times"
        ),
        (
            .unusableHeader(upload, name: "Link", value: "<http://me:secret@host/v2/?x>"),
            "cannot upload registry.example/app: the registry says '<http://host/v2/' as Link, which cannot be used"
        ),
        (
            .io(IOFailure(.send, "https://registry.example/v2/", .network(.tls("self-signed certificate")))),
            "cannot reach https://registry.example/v2/: self-signed certificate; --ca FILE names the authority of its "
                + "certificate"
        ),
        (
            .io(
                IOFailure(
                    .read, "docker://registry.example/app",
                    .carried(CarriedError(RegistryError.unknownScheme(host: "registry.example", scheme: "negotiate"))))),
            "registry.example wants to know us by 'negotiate', which is not supported; user and password (Basic) and "
                + "tokens (Bearer) are"
        ),
        (
            .refused(app, status: 400, errors: [.init(code: "MANIFEST_INVALID", message: "")]),
            "cannot read registry.example/app:1.0: the registry answered 400 (MANIFEST_INVALID)"
        ),
        (
            .refused(app, status: 405, errors: denied + [.init(code: "UNSUPPORTED", message: "not here")]),
            "cannot read registry.example/app:1.0: the registry answered 405 (DENIED: no \\u{1b}[1mentry; UNSUPPORTED: not "
                + "here); it does not allow that"
        ),
        (
            .refused(upload, status: 413, errors: []),
            "cannot upload registry.example/app: the registry answered 413; it takes no body of that size, but perhaps "
                + "smaller ones: --chunk-size 16MiB"
        ),
        (
            .refused(upload, status: 503, errors: [.init(code: "", message: "")]),
            "cannot upload registry.example/app: the registry answered 503; try again later"
        ),
        (
            .unauthorized(app, host: "registry.example", hasCredentials: false, errors: denied),
            "cannot read registry.example/app:1.0: registry.example does not allow it to everybody, or there is no such "
                + "repository (DENIED: no \\u{1b}[1mentry); log in with 'ocimerge login registry.example'"
        ),
        (
            .unauthorized(app, host: "registry.example", hasCredentials: true, errors: []),
            "cannot read registry.example/app:1.0: registry.example does not allow it with the credentials that are known "
                + "for it; log in again, or as somebody who may, with 'ocimerge login registry.example'"
        ),
        (.notFound(app), "cannot read registry.example/app:1.0: the registry does not have it"),
        (
            .busy(app, status: 429),
            "cannot read registry.example/app:1.0: the registry is too busy (it answered 429 for longer than is waited); "
                + "try again later"
        ),
        (
            .wrongDigest(.init(.write, "registry.example/app:1.0"), expected: one, found: "sha256:\n"),
            "cannot write registry.example/app:1.0: digest \(one) expected, sha256:\\n found; the registry, or something on "
                + "the way there, damages content"
        ),
        (
            .wrongSize(.init(.look, "registry.example/app@\(one)"), expected: 2, found: 3),
            "cannot look for registry.example/app@\(one): 2 bytes expected, 3 found; the registry, or something on the "
                + "way there, damages content"
        ),
        (
            .unusableHeader(.init(.reach, "a_b.example"), name: "host", value: "a_b.example"),
            "cannot reach a_b.example: 'a_b.example' is no name of a host"
        ),
        (
            .unusableHeader(upload, name: "Location", value: "ftp://x/\u{7F}?_state=secret"),
            "cannot upload registry.example/app: the registry says 'ftp://x/\\u{7f}' as Location, which cannot be used"
        ),
        (
            .unusableHeader(.init(.mount, "registry.example/app"), name: "Location", value: ""),
            "cannot mount registry.example/app: the registry says no Location"
        ),
        (
            .unusableRedirect(app, to: "http://cdn.example/blob"),
            "cannot read registry.example/app:1.0: it is said to be at http://cdn.example/blob, where nothing may be sent; "
                + "redirects are never followed from https to http"
        ),
        (
            .unusableRedirect(.init(.list, "registry.example/app"), to: ""),
            "cannot list registry.example/app: it is said to be elsewhere, and not where"
        ),
        (
            .unusableRealm(host: "registry.example", realm: "http://127.0.0.1/\t"),
            "registry.example wants us to ask 'http://127.0.0.1/\\t' for a token, and nothing secret may be sent there; ask "
                + "whoever runs the registry to name an https address"
        ),
        (
            .tokenServerFault(
                host: "registry.example",
                IOFailure(.send, "https://auth.example/token", .network(.unresolvedHost))),
            "cannot get a token for registry.example: cannot reach https://auth.example/token: no host of that name is known"
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
            "cannot get a token for registry.example: there is none in what https://auth.example/token answered"
        ),
        (
            .unknownScheme(host: "registry.example", scheme: "Negotiate"),
            "registry.example wants to know us by 'Negotiate', which is not supported; user and password (Basic) and "
                + "tokens (Bearer) are"
        ),
        (
            .malformedAnswer(app, "no \r"),
            "cannot read registry.example/app:1.0: the answer of the registry cannot be understood (no \\r)"
        ),
        (
            .tooLarge(.init(.token, "https://auth.example/token"), limit: 1 << 20),
            "cannot get a token from https://auth.example/token: what was answered is larger than the 1.05 MB allowed for "
                + "it"
        ),
        (.document(app, .notAnObject), "registry.example/app:1.0 is not a JSON object"),
    ]

    @Test(arguments: sentences)
    func aRegistryErrorIsOneSentence(error: RegistryError, sentence: String) {
        #expect(ErrorMessage.sentence(for: error) == sentence)
    }
}
