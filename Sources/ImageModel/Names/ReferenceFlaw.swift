internal import ByteIO

/// Why a text is no reference to an image in a registry. Facts only.
package enum ReferenceFlaw: Equatable, Sendable {
    case noRepository
    /// A registry without a repository. Other clients read it as the name of a repository.
    case registryAlone
    /// A URL, or a misspelt `docker://`.
    case scheme
    /// A transport of other tools that leads to no registry.
    case transport(String)
    /// The text after the `@` is no digest. So the text before it may be a user and a password.
    case user
    case host(String)
    case repository(String)
    /// The repository would be valid in lower case.
    case upperCase(String)
    case tag(String)
    case longTag(limit: Int)
    case digest(String)
    case tooLong(limit: Int)

    /// `nil` if the text is a reference. A leading `docker://` is ignored.
    package static func found(in text: String) -> ReferenceFlaw? {
        let isReference = RegistryReference(parsing: text) != nil
        if let name = transport(of: text), !isReference || !text.contains("/") { return .transport(name) }
        if isReference { return nil }
        let isDocker = text.hasPrefix(RegistryReference.scheme)
        var rest = isDocker ? text.dropFirst(RegistryReference.scheme.count) : text[...]
        if let at = rest.lastIndex(of: "@"), !isNearlyDigest(rest[rest.index(after: at)...]) { return .user }
        if rest.contains(text: "://") || (!isDocker && text.lowercased().hasPrefix("docker:")) { return .scheme }
        if let at = rest.firstIndex(of: "@") {
            let digest = String(rest[rest.index(after: at)...])
            if (try? Digest(parsing: digest)) == nil { return .digest(digest) }
            rest = rest[..<at]
        }
        let slash = rest.lastIndex(of: "/")
        if let colon = rest[(slash ?? rest.startIndex)...].lastIndex(of: ":") {
            let tag = String(rest[rest.index(after: colon)...])
            if slash == nil, ReferenceGrammar.isHostAlone(rest[..<colon]) { return .registryAlone }
            if tag.utf8.count > ReferenceGrammar.tagLimit { return .longTag(limit: ReferenceGrammar.tagLimit) }
            if !ReferenceGrammar.isTag(tag) { return .tag(tag) }
            rest = rest[..<colon]
        }
        if ReferenceGrammar.isHostAlone(rest) { return .registryAlone }
        if rest.utf8.count > ReferenceGrammar.nameLimit { return .tooLong(limit: ReferenceGrammar.nameLimit) }
        return flaw(ofName: String(rest))
    }

    /// The prefixes of other tools for places that are no registries.
    private static let transports = [
        "oci", "oci-archive", "docker-archive", "dir", "containers-storage", "docker-daemon", "ostree", "sif",
        "tarball",
        "atomic",
    ]

    private static func transport(of text: String) -> String? { transports.first { text.hasPrefix($0 + ":") } }

    private static func isNearlyDigest(_ text: Substring) -> Bool { text.isEmpty || text.hasPrefix("sha") }

    private static func flaw(ofName text: String) -> ReferenceFlaw {
        guard let slash = text.firstIndex(of: "/") else {
            if text.isEmpty { return .noRepository }
            return flaw(ofPath: text)
        }
        let host = String(text[..<slash])
        let path = String(text[text.index(after: slash)...])
        if path.isEmpty { return .noRepository }
        if host.contains(where: { $0 == "." || $0 == ":" }) || host.isEmpty || host == "localhost" {
            if !ReferenceGrammar.isDomain(host) { return .host(host) }
            return flaw(ofPath: path)
        }
        return ReferenceGrammar.isPath(text) ? .tooLong(limit: ReferenceGrammar.nameLimit) : flaw(ofPath: text)
    }

    private static func flaw(ofPath path: String) -> ReferenceFlaw {
        if ReferenceGrammar.isPath(path.lowercased()) {
            return ReferenceGrammar.isPath(path)
                ? .tooLong(limit: ReferenceGrammar.nameLimit) : .upperCase(path.lowercased())
        }
        return .repository(path)
    }
}
