internal import ByteIO
internal import ImageModel
internal import Registry

/// Text from a registry is escaped. Queries of addresses are omitted: they contain signatures.
extension RegistryError: Reportable {
    var sentence: String {
        switch self {
        case .io(let failure): failure.sentence
        case .refused(let operation, let status, let errors):
            "\(tried(operation)): the registry answered \(status)\(words(errors))\(advice(status))"
        case .unauthorized(let operation, let host, let hasCredentials, let errors):
            // A request to a registry as a whole only checks the login.
            operation.verb == .reach && hasCredentials
                ? "\(text(host)) rejected this user and password\(words(errors))"
                : "\(tried(operation)): " + unauthorized(host, hasCredentials, errors)
        case .notFound(let operation): "\(tried(operation)): \(absent(operation.verb))"
        case .layersElsewhere(let operation, let status, _):
            "\(tried(operation)): the registry refuses layers that are stored elsewhere, by their urls (it answered "
                + "\(status)); allow the urls in its configuration (validation.manifests.urls.allow)"
        case .notManifest(let operation, let type):
            "\(tried(operation)): the registry did not answer with a manifest but with "
                + (type.isEmpty ? "a document without a type" : "type \(quoted(String(type.prefix(300))))")
        case .tooManyRedirects(let operation, let limit):
            "\(tried(operation)): it is redirected more than \(limit) times"
        case .busy(let operation, let status):
            "\(tried(operation)): the registry is too busy (it answered \(status) until the time limit); try again "
                + "later"
        case .wrongDigest(let operation, let expected, let found):
            "\(tried(operation)): digest \(expected) expected, \(TerminalText.part(found)) found; the registry, "
                + "or a proxy before it, damages content"
        case .wrongSize(let operation, let expected, let found):
            "\(tried(operation)): \(expected) bytes expected, \(found) found; the registry, or a proxy before it, "
                + "damages content"
        case .unconfirmed(let operation):
            "\(tried(operation)): the registry reported success, but it does not have the content"
        case .unusableHeader(let operation, let name, let value): unusable(operation, name, value)
        case .unusableRedirect(let operation, let to): redirected(operation, to)
        case .unusableRealm(let host, let realm):
            "\(text(host)) names \(quoted(realm)) as its token server, but credentials are not sent there; the "
                + "registry must name an https address"
        case .tokenServerFault(let host, let failure):
            "cannot get a token for \(text(host)): \(failure.sentence)"
        case .tokenServer(let host, let realm, let status, let errors, _):
            "cannot get a token for \(text(host)): \(text(realm)) answered \(status)\(words(errors))"
                + (Self.isPassing(status: status) ? "; try again later" : "; log in again with '\(login(host))'")
        case .malformedToken(let host, let realm):
            "cannot get a token for \(text(host)): the answer of \(text(realm)) contains no token"
        case .unknownScheme(let host, let scheme):
            "\(text(host)) requires authentication by \(quoted(scheme)), which is not supported; supported are Basic "
                + "(user and password) and Bearer (tokens)"
        case .malformedAnswer(let operation, let what):
            "\(tried(operation)): the registry gave an invalid answer (\(text(what)))"
        case .tooLarge(let operation, let limit):
            "\(tried(operation)): the answer is larger than the \(ByteCount.text(Int64(limit))) allowed"
        case .document(let operation, let error):
            "\(text(operation.subject)) \(DocumentMessage.phrase(for: error))"
        case .credentials(let error): error.sentence
        }
    }

    private func tried(_ operation: RegistryError.Operation) -> String {
        let subject = text(operation.subject)
        return switch operation.verb {
        case .reach: "cannot reach \(subject)"
        case .read: "cannot read \(subject)"
        case .look: "cannot look for \(subject)"
        case .write: "cannot write \(subject)"
        case .upload: "cannot upload \(subject)"
        case .mount: "cannot mount \(subject)"
        case .list: "cannot list \(subject)"
        case .tags: "cannot list the tags of \(subject)"
        case .token: "cannot get a token from \(subject)"
        }
    }

    private func absent(_ verb: RegistryError.Operation.Verb) -> String {
        switch verb {
        case .write, .upload, .mount:
            "the repository does not exist or is not writable (the registry answered 404)"
        case .tags: "the registry has no such repository"
        default: "the registry does not have it"
        }
    }

    private func unauthorized(_ host: String, _ hasCredentials: Bool, _ errors: [RegistryError.Detail]) -> String {
        hasCredentials
            ? "\(text(host)) denies access with the known credentials\(words(errors)); log in again, or as another "
                + "user, with '\(login(host))'"
            : "\(text(host)) denies anonymous access, or the repository does not exist\(words(errors)); log in with "
                + "'\(login(host))'"
    }

    private func unusable(_ operation: RegistryError.Operation, _ name: String, _ value: String) -> String {
        if name == "host" { return "\(tried(operation)): \(quoted(value)) is not a host name" }
        if value.isEmpty { return "\(tried(operation)): the registry sent no \(text(name))" }
        let shown = String(Userinfo.cut(from: value).prefix { $0 != "?" }.prefix(300))
        return "\(tried(operation)): the registry sent \(quoted(shown)) as \(text(name)), which cannot be used"
    }

    private func redirected(_ operation: RegistryError.Operation, _ target: String) -> String {
        target.isEmpty
            ? "\(tried(operation)): the registry sent a redirect without a Location"
            : "\(tried(operation)): the registry redirects to \(text(target)), which is not allowed; redirects from "
                + "https to http are never followed"
    }

    /// The text of the registry, in parentheses.
    private func words(_ errors: [RegistryError.Detail]) -> String {
        let all = errors.map { error in
            [error.code, error.message].filter { !$0.isEmpty }.map(TerminalText.part).joined(separator: ": ")
        }.filter { !$0.isEmpty }
        return all.isEmpty ? "" : " (\(all.joined(separator: "; ")))"
    }

    private func advice(_ status: Int) -> String {
        switch status {
        case 405: "; the registry does not allow this operation"
        case 413: "; it limits the size of requests: try --chunk-size 16M"
        case _ where Self.isPassing(status: status): "; try again later"
        default: ""
        }
    }

    private func login(_ host: String) -> String { "ocimerge login \(ShellText.quoted(host))" }
    private func text(_ text: String) -> String { TerminalText.part(text) }
    private func quoted(_ text: String) -> String { "'\(TerminalText.part(text))'" }
}

/// Phrases about malformed names of images in registries.
enum ReferenceMessage {
    private static let form = "docker://HOST/REPO[:TAG]"

    /// Continues "cannot read NAME: ". A `nil` flaw is a wrong prefix.
    static func phrase(for flaw: ReferenceFlaw?) -> String {
        switch flaw ?? .scheme {
        case .scheme: "an image in a registry is written \(form)"
        case .registryAlone: "it names a registry but no repository; write \(form)"
        case .transport(let name):
            "\(name): is not a registry; an image in a registry is written \(form)"
        case .user:
            "the text after @ is not a digest, and a name cannot contain user and password; log in with "
                + "ocimerge login"
        case .longTag(let limit): "its tag is longer than the \(limit) bytes that a tag can have"
        case .noRepository: "it names no repository; write \(form)"
        case .host(let host): "\(quoted(host)) is not a host; write \(form)"
        case .repository(let path):
            "\(quoted(path)) is not the name of a repository, which has lower-case letters, digits and . _ - between "
                + "them; write \(form)"
        case .upperCase(let lower): "repositories are written in lower case: \(TerminalText.part(lower))"
        case .tag(let tag):
            tag.isEmpty
                ? "no tag follows the colon" : "\(quoted(tag)) is not a tag, which has letters, digits and . _ -"
        case .digest(let digest): "\(quoted(digest)) is not a digest; write @sha256:HEX with 64 lower-case digits"
        case .tooLong(let limit): "its name is longer than the \(limit) bytes that a registry accepts"
        }
    }

    private static func quoted(_ text: String) -> String { "'\(TerminalText.part(text))'" }
}
