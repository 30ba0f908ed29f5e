internal import ImageModel

/// What is wrong with the name of an image in a registry, and how it is written.
enum ReferenceMessage {
    private static let form = "docker://HOST/REPOSITORY[:TAG][@DIGEST]"

    /// nil: it does not begin as such a name does, but nearly.
    static func phrase(for flaw: ReferenceFlaw?) -> String {
        switch flaw ?? .scheme {
        case .scheme: "an image in a registry is written \(form)"
        case .registryAlone: "it names a registry and no repository; write \(form)"
        case .transport(let name):
            "\(name): names a place that is no registry; an image in a registry is written \(form)"
        case .user:
            "what follows the @ is no digest, and a user and a password are not part of a name; log in with "
                + "ocimerge login"
        case .longTag(let limit): "its tag is longer than the \(limit) bytes that a tag can have"
        case .noRepository: "it names no repository; write \(form)"
        case .host(let host): "\(quoted(host)) is not a host; write \(form)"
        case .repository(let path):
            "\(quoted(path)) is not the name of a repository, which has lower-case letters, digits and . _ - between "
                + "them; write \(form)"
        case .upperCase(let lower): "repositories are written in lower case: \(TerminalText.escaped(lower))"
        case .tag(let tag):
            tag.isEmpty
                ? "no tag follows the colon" : "\(quoted(tag)) is not a tag, which has letters, digits and . _ -"
        case .digest(let digest): "\(quoted(digest)) is not a digest; write @sha256:HEX with 64 lower-case digits"
        case .tooLong(let limit): "its name is longer than the \(limit) bytes that a registry takes"
        }
    }

    private static func quoted(_ text: String) -> String { "'\(TerminalText.escaped(text))'" }
}
