internal import ByteIO

/// The name of an image: a reference as Docker's clients read it, always with a domain and a tag.
package struct ImageName: Hashable, Sendable {
    package static let defaultDomain = "docker.io"
    package static let defaultTag = "latest"

    package let domain: String
    package let path: String
    package let tag: String

    /// `nil` unless this is a reference of the distribution grammar. Missing parts are added: `docker.io`, `library/`,
    /// `latest`. A digest after a tag is ignored; a digest without a tag is no name.
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
        guard let repository = RepositoryName(parsing: String(rest)), ReferenceGrammar.isTag(tag) else { return nil }
        self.init(domain: repository.domain, path: repository.path, tag: tag)
    }

    package static func isTag(_ text: String) -> Bool { ReferenceGrammar.isTag(text) }

    /// The name with another tag. `nil` unless `tag` is a valid tag.
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

    /// The short form that users type: `app:latest`, `demo/bb:1.0`, `localhost/x:1`. Parsing it gives this name.
    package var familiar: String {
        guard domain == Self.defaultDomain else { return full }
        let parts = path.split(separator: "/")
        let short = parts.count == 2 && parts[0] == "library" ? String(parts[1]) : path
        // A path that starts like a domain cannot stand alone.
        let name = "\(short):\(tag)"
        return ImageName(parsing: name)?.full == full ? name : full
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
