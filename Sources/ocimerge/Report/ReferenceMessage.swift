internal import ImageModel

/// What is wrong with the name of an image in a registry, and how it is written.
enum ReferenceMessage {
    private static let form = "docker://HOST/REPOSITORY[:TAG][@DIGEST]"

    /// nil: it does not begin as such a name does, but nearly.
    static func phrase(for flaw: ReferenceFlaw?) -> String {
        guard let flaw else { return "an image in a registry is written \(form)" }
        return switch flaw {
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
