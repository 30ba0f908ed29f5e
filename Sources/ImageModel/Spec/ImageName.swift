/// The name of an image: a reference as Docker's clients read it, always with a domain and a tag.
package struct ImageName: Hashable, Sendable {
    package static let defaultDomain = "docker.io"
    package static let defaultTag = "latest"

    package let domain: String
    package let path: String
    package let tag: String

    /// Nil unless this is a reference of the distribution grammar. What is missing is added: `docker.io`, `library/`,
    /// `latest`. A digest behind the tag is left out; without a tag before it, it is no name.
    package init?(parsing text: String) {
        var rest = Substring(text)
        var needsTag = false
        if let at = rest.firstIndex(of: "@") {
            guard (try? Digest(parsing: String(rest[rest.index(after: at)...]))) != nil else { return nil }
            rest = rest[..<at]
            needsTag = true
        }
        // Docker takes these for the ID of an image, never for a name.
        if Digest(algorithm: .sha256, hex: String(rest)) != nil { return nil }
        var tag = Self.defaultTag
        let nameEnd = rest.lastIndex(of: "/") ?? rest.startIndex
        if let colon = rest[nameEnd...].lastIndex(of: ":") {
            tag = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        } else if needsTag {
            return nil
        }
        let (domain, path) = Self.split(String(rest))
        guard ReferenceGrammar.isDomain(domain), ReferenceGrammar.isPath(path), ReferenceGrammar.isTag(tag),
            domain.utf8.count + 1 + path.utf8.count <= ReferenceGrammar.nameLimit
        else { return nil }
        self.domain = domain
        self.path = path
        self.tag = tag
    }

    /// Another tag of the same repository; nil unless this is a tag and nothing else.
    package func tagged(_ tag: String) -> ImageName? {
        ReferenceGrammar.isTag(tag) ? ImageName(domain: domain, path: path, tag: tag) : nil
    }

    private init(domain: String, path: String, tag: String) {
        self.domain = domain
        self.path = path
        self.tag = tag
    }

    /// `docker.io/library/app:latest`
    package var full: String { "\(domain)/\(path):\(tag)" }

    /// What people write: `app:latest`, `demo/bb:1.0`, `localhost/x:1`. It always reads as this name again.
    package var familiar: String {
        guard domain == Self.defaultDomain else { return full }
        let parts = path.split(separator: "/")
        let short = parts.count == 2 && parts[0] == "library" ? String(parts[1]) : path
        // A path that starts like a domain cannot stand alone.
        let name = "\(short):\(tag)"
        return ImageName(parsing: name)?.full == full ? name : full
    }

    /// Docker's rule: the first part is a domain when it could not be the first part of a path on its own.
    private static func split(_ name: String) -> (domain: String, path: String) {
        var domain = defaultDomain
        var path = name
        if let slash = name.firstIndex(of: "/") {
            let first = String(name[..<slash])
            let isDomain = first == "localhost" || first.contains { $0 == "." || $0 == ":" || $0.isUppercase }
            if isDomain {
                domain = first == "index.docker.io" ? defaultDomain : first
                path = String(name[name.index(after: slash)...])
            }
        }
        if domain == defaultDomain, !path.contains("/") { path = "library/" + path }
        return (domain, path)
    }
}

extension ImageName: Comparable {
    package static func < (left: ImageName, right: ImageName) -> Bool {
        left.full < right.full
    }
}

extension ImageName: CustomStringConvertible {
    package var description: String { full }
}
