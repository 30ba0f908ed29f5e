/// A reference to an image in a registry: `HOST/REPO[:TAG][@DIGEST]`, with or without `docker://` before it.
package struct RegistryReference: Hashable, Sendable {
    package static let scheme = "docker://"

    package let repository: RepositoryName
    /// `nil` if the reference has none.
    package let tag: String?
    package let digest: Digest?

    package init(_ repository: RepositoryName, tag: String? = nil, digest: Digest? = nil) {
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// `nil` unless this is a reference of the distribution grammar. A leading `docker://` is ignored.
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

    /// The part of a reference that a request names.
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

    /// The digest if there is one, else the tag.
    package var target: Target { digest.map(Target.digest) ?? .tag(tag ?? ImageName.defaultTag) }
}

extension RegistryReference: CustomStringConvertible {
    /// The complete reference, with the implied tag if none was given.
    package var description: String {
        let tag = tag ?? (digest == nil ? ImageName.defaultTag : nil)
        return repository.description + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}

/// A repository in a registry: `docker.io/library/busybox`, `localhost:5000/app`.
package struct RepositoryName: Hashable, Sendable {
    /// The host of the registry as typed, with the port if one was given.
    package let domain: String
    package let path: String

    /// `nil` unless this is a name of the distribution grammar, without tag and digest. Missing parts are added:
    /// `docker.io`, `library/`.
    package init?(parsing text: String) {
        let (domain, path) = Self.split(text)
        guard ReferenceGrammar.isDomain(domain), ReferenceGrammar.isPath(path),
            domain.utf8.count + 1 + path.utf8.count <= ReferenceGrammar.nameLimit
        else { return nil }
        (self.domain, self.path) = (domain, path)
    }

    /// Docker's rule: the first part is a domain if it cannot be the first part of a path.
    private static func split(_ name: String) -> (domain: String, path: String) {
        var domain = ImageName.defaultDomain
        var path = name
        if let slash = name.firstIndex(of: "/") {
            let first = String(name[..<slash])
            let isDomain = first == "localhost" || first.contains { $0 == "." || $0 == ":" || $0.isUppercase }
            if isDomain {
                domain = first == "index.docker.io" ? ImageName.defaultDomain : first
                path = String(name[name.index(after: slash)...])
            }
        }
        if domain == ImageName.defaultDomain, !path.contains("/") { path = "library/" + path }
        return (domain, path)
    }
}

extension RepositoryName: CustomStringConvertible {
    package var description: String { "\(domain)/\(path)" }
}

extension RepositoryName: Comparable {
    package static func < (left: RepositoryName, right: RepositoryName) -> Bool {
        left.description < right.description
    }
}
