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

/// A repository in a registry: `docker.io/library/busybox`, `localhost:5000/app`.
package struct RepositoryName: Hashable, Sendable {
    /// The registry as people name it, with its port where one was given.
    package let domain: String
    package let path: String

    /// Nil unless this is a name of the distribution grammar, without tag and digest. What is missing is added:
    /// `docker.io`, `library/`.
    package init?(parsing text: String) {
        let (domain, path) = Self.split(text)
        guard ReferenceGrammar.isDomain(domain), ReferenceGrammar.isPath(path),
            domain.utf8.count + 1 + path.utf8.count <= ReferenceGrammar.nameLimit
        else { return nil }
        (self.domain, self.path) = (domain, path)
    }

    /// Docker's rule: the first part is a domain when it could not be the first part of a path on its own.
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
