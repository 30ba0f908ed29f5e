package import ImageModel

/// One annotation that the user wants, and where it belongs.
package struct Annotation: Equatable, Sendable {
    package enum Place: Equatable, Sendable {
        /// The document that a name leads to: the index, or the manifest of a copied single image.
        case top
        case index
        /// nil: every platform.
        case manifest(Platform?)
        case descriptor(Platform?)
    }

    package let place: Place
    package let key: String
    package let value: String

    package init(_ place: Place, key: String, value: String) {
        self.place = place
        self.key = key
        self.value = value
    }

    /// `[index:|manifest[PLATFORM]:|descriptor[PLATFORM]:]KEY=VALUE`, the brackets around PLATFORM being typed.
    package init(parsing text: String) throws(AnnotationError) {
        let (place, rest) = try Self.splittingPlace(text)
        // A bracket in a key is a place that was misspelt.
        guard let equals = rest.firstIndex(of: "="), equals != rest.startIndex, !rest[..<equals].contains("[") else {
            throw AnnotationError(text: text)
        }
        self.place = place
        key = String(rest[..<equals])
        value = String(rest[rest.index(after: equals)...])
    }

    private static func splittingPlace(_ text: String) throws(AnnotationError) -> (Place, Substring) {
        if text.hasPrefix("index:") { return (.index, text.dropFirst("index:".count)) }
        for (word, make) in [("manifest", Place.manifest), ("descriptor", Place.descriptor)] {
            if text.hasPrefix(word + ":") { return (make(nil), text.dropFirst(word.count + 1)) }
            guard text.hasPrefix(word + "["), let close = text.firstIndex(of: "]"),
                text[close...].hasPrefix("]:")
            else { continue }
            let platform = text[..<close].dropFirst(word.count + 1)
            do throws(PlatformError) {
                return (make(try Platform(parsing: String(platform))), text[close...].dropFirst(2))
            } catch { throw AnnotationError(text: text) }
        }
        return (.top, text[...])
    }

    var change: JSONChange { JSONChange([.key("annotations"), .key(key)], to: .string(value)) }

    /// The change, when this annotation is for the manifest (or the descriptor) of an image of that platform.
    func change(manifestOf platform: Platform?) -> JSONChange? {
        guard case .manifest(let wanted) = place else { return nil }
        return fits(wanted, platform) ? change : nil
    }

    func change(descriptorOf platform: Platform?) -> JSONChange? {
        guard case .descriptor(let wanted) = place else { return nil }
        return fits(wanted, platform) ? change : nil
    }

    private func fits(_ wanted: Platform?, _ platform: Platform?) -> Bool {
        guard let wanted else { return true }
        return platform.map(wanted.matches) ?? false
    }

    /// The platform that must exist for this to mean anything.
    var platform: Platform? {
        switch place {
        case .top, .index: nil
        case .manifest(let platform), .descriptor(let platform): platform
        }
    }

    var needsIndex: Bool {
        switch place {
        case .index, .descriptor: true
        case .top, .manifest: false
        }
    }
}

/// What was given with `--annotation` cannot be read.
package struct AnnotationError: Error, Equatable, Sendable {
    package let text: String
}

extension ImageGraph {
    /// Manifests with the annotations that are meant for them; with `includesTop` also what the roots lead to.
    func annotated(_ annotations: [Annotation], includesTop: Bool) throws(GraphError) -> ImageGraph {
        var rewrite = GraphRewrite()
        for image in try ImageFinder(self).all().images {
            let changes = annotations.compactMap { $0.change(manifestOf: image.platform) }
            if !changes.isEmpty { rewrite.changes[image.manifest] = changes }
        }
        if includesTop {
            let changes = annotations.filter { $0.place == .top || $0.place == .index }.map(\.change)
            for digest in Set(roots.map(\.descriptor.digest)) where !changes.isEmpty {
                rewrite.changes[digest, default: []] += changes
            }
        }
        guard !rewrite.changes.isEmpty else { return self }
        var graph = self
        try rewrite.apply(to: &graph)
        return graph
    }
}
