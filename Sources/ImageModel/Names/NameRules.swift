/// A rule that renames images: `FROM=TO`. FROM is a whole name or the beginning of names, up to a `/` or `:`.
package struct Renaming: Hashable, Sendable {
    /// As typed, for messages.
    package let text: String
    private let from: String
    private let to: String
    /// FROM in the spelling of full names: `nginx` is `docker.io/library/nginx`.
    private let canonical: String?

    /// `nil` unless the text is two names with a `=` between them.
    package init?(parsing text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        from = String(text[..<equals])
        to = String(text[text.index(after: equals)...])
        guard !from.isEmpty, !to.isEmpty, !to.contains("=") else { return nil }
        self.text = text
        canonical = Self.canonical(from)
    }

    private static func canonical(_ text: String) -> String? {
        let last = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        if text[last...].contains(":") { return ImageName(parsing: text)?.full }
        return RepositoryName(parsing: text)?.description
    }

    /// The number of characters of a name that the rule replaces; `nil` if the rule does not concern the name.
    package func match(of name: String) -> Int? {
        for prefix in [from, canonical].compactMap(\.self) where name.hasPrefix(prefix) {
            let rest = name.dropFirst(prefix.count)
            if rest.isEmpty || prefix.hasSuffix("/") || rest.first == "/" || rest.first == ":" || rest.first == "@" {
                return prefix.count
            }
        }
        return nil
    }

    /// The name with TO in the place of FROM.
    fileprivate func applied(to name: String, replacing count: Int) -> String { to + name.dropFirst(count) }
}

/// The rules of a command. Of several that concern a name, the one that replaces most of it counts.
package struct Renamings: Hashable, Sendable {
    package let rules: [Renaming]

    package init(_ rules: [Renaming]) { self.rules = rules }

    /// The label under its new name and the rule; `nil` if no rule concerns it. Throws if the new text is no name.
    package func renamed(_ label: ImageLabel) throws(RenamingError) -> (label: ImageLabel, rule: Renaming)? {
        let name = label.description
        var best: (rule: Renaming, count: Int)?
        for rule in rules {
            guard let count = rule.match(of: name), count > best?.count ?? -1 else { continue }
            best = (rule, count)
        }
        guard let best else { return nil }
        let text = best.rule.applied(to: name, replacing: best.count)
        if let pinned = ImageLabel.pinned(text) { return (pinned, best.rule) }
        guard let renamed = ImageName(parsing: text) else {
            throw RenamingError(rule: best.rule.text, name: name, result: text)
        }
        return (.full(renamed), best.rule)
    }
}

/// A rule gives an image a text that is no name.
package struct RenamingError: Error, Hashable, Sendable {
    package let rule: String
    package let name: String
    package let result: String
}

/// A rule that reads the images of a registry elsewhere: `HOST=HOST2[/PREFIX]`. Images keep their names.
package struct Mirror: Hashable, Sendable {
    package let text: String
    package let host: String
    private let target: String

    /// `nil` unless the text is a registry and, behind a `=`, a registry with or without a prefix.
    package init?(parsing text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let host = String(text[..<equals])
        let target = PrefixText.trimmed(String(text[text.index(after: equals)...]))
        guard Self.isHost(host), RegistryReference(parsing: "\(target)/image") != nil, !target.isEmpty,
            let named = RepositoryName(parsing: "\(target)/image"), named.description == "\(target)/image"
        else { return nil }
        self.text = text
        self.host = host == "index.docker.io" ? ImageName.defaultDomain : host
        self.target = target
    }

    private static func isHost(_ text: String) -> Bool {
        text == "index.docker.io" || RepositoryName(parsing: "\(text)/image")?.domain == text
    }

    /// Where the image is read; `nil` if the rule concerns another registry.
    package func place(of reference: RegistryReference) -> RegistryReference? {
        guard reference.repository.domain == host,
            let repository = RepositoryName(parsing: "\(target)/\(reference.repository.path)")
        else { return nil }
        return RegistryReference(repository, tag: reference.tag, digest: reference.digest)
    }
}

/// A registry with or without the beginning of its repositories, as users type it.
package enum PrefixText {
    /// Without the scheme and without slashes at its end.
    package static func trimmed(_ prefix: String) -> String {
        var rest = Substring(prefix)
        if rest.hasPrefix(RegistryReference.scheme) { rest = rest.dropFirst(RegistryReference.scheme.count) }
        while rest.last == "/" { rest = rest.dropLast() }
        return String(rest)
    }
}
