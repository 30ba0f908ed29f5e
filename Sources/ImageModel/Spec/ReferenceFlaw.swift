/// Why something is no reference to an image in a registry. Facts only.
package enum ReferenceFlaw: Equatable, Sendable {
    case noRepository
    case host(String)
    case repository(String)
    /// It would be one in lower case.
    case upperCase(String)
    case tag(String)
    case digest(String)
    case tooLong(limit: Int)

    /// nil: nothing is wrong with it. `docker://` before it is passed over.
    package static func found(in text: String) -> ReferenceFlaw? {
        if RegistryReference(parsing: text) != nil { return nil }
        var rest = text.hasPrefix(RegistryReference.scheme) ? text.dropFirst(RegistryReference.scheme.count) : text[...]
        if let at = rest.firstIndex(of: "@") {
            let digest = String(rest[rest.index(after: at)...])
            if (try? Digest(parsing: digest)) == nil { return .digest(digest) }
            rest = rest[..<at]
        }
        let slash = rest.lastIndex(of: "/")
        if let colon = rest[(slash ?? rest.startIndex)...].lastIndex(of: ":") {
            let tag = String(rest[rest.index(after: colon)...])
            // A host with a port and nothing behind it.
            if slash == nil, !tag.isEmpty, tag.allSatisfy(\.isNumber), rest.contains(".") { return .noRepository }
            if !ReferenceGrammar.isTag(tag) { return .tag(tag) }
            rest = rest[..<colon]
        }
        if rest.utf8.count > ReferenceGrammar.nameLimit { return .tooLong(limit: ReferenceGrammar.nameLimit) }
        return flaw(ofName: String(rest))
    }

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
