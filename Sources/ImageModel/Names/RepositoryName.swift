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
