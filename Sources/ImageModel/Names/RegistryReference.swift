/// An image in a registry, as `docker://` names it: `HOST/REPO[:TAG][@DIGEST]`.
package struct RegistryReference: Hashable, Sendable {
    package static let scheme = "docker://"

    package let repository: RepositoryName
    /// nil: none was given.
    package let tag: String?
    package let digest: Digest?

    package init(_ repository: RepositoryName, tag: String? = nil, digest: Digest? = nil) {
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// Nil unless this is a reference of the distribution grammar; `docker://` before it is passed over.
    package init?(parsing text: String) {
        var rest = text.hasPrefix(Self.scheme) ? text.dropFirst(Self.scheme.count) : Substring(text)
        var digest: Digest?
        if let at = rest.firstIndex(of: "@") {
            guard let found = try? Digest(parsing: String(rest[rest.index(after: at)...])) else { return nil }
            digest = found
            rest = rest[..<at]
        }
        var tag: String?
        let nameStart = rest.lastIndex(of: "/") ?? rest.startIndex
        if let colon = rest[nameStart...].lastIndex(of: ":") {
            let found = String(rest[rest.index(after: colon)...])
            guard ReferenceGrammar.isTag(found) else { return nil }
            tag = found
            rest = rest[..<colon]
        }
        // A forgotten repository must not lead to Docker Hub.
        guard !ReferenceGrammar.isHostAlone(rest), let repository = RepositoryName(parsing: String(rest)) else {
            return nil
        }
        self.init(repository, tag: tag, digest: digest)
    }

    /// What the registry is asked for.
    package enum Target: Hashable, Sendable, CustomStringConvertible {
        case tag(String)
        case digest(Digest)

        package var description: String {
            switch self {
            case .tag(let tag): tag
            case .digest(let digest): digest.description
            }
        }
    }

    /// The digest where there is one: it says more than a tag.
    package var target: Target { digest.map(Target.digest) ?? .tag(tag ?? ImageName.defaultTag) }
}

extension RegistryReference: CustomStringConvertible {
    /// Complete: with the tag that is meant where none was given.
    package var description: String {
        let tag = tag ?? (digest == nil ? ImageName.defaultTag : nil)
        return repository.description + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}
