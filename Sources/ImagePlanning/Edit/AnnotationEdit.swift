package import ImageModel

/// One annotation to add or to remove, and the place where it belongs.
package struct Annotation: Equatable, Sendable {
    package enum Place: Equatable, Sendable {
        /// The document that a name refers to: the index, or the manifest of a copied single image.
        case top
        case index
        /// `nil` if it is for every platform.
        case manifest(Platform?)
        case descriptor(Platform?)
    }

    package let place: Place
    package let key: String
    /// `nil` if the annotation is removed.
    package let value: String?

    package init(_ place: Place, key: String, value: String?) {
        self.place = place
        self.key = key
        self.value = value
    }

    /// `[index:|manifest[PLATFORM]:|descriptor[PLATFORM]:]KEY=VALUE`, the brackets around PLATFORM being typed.
    package init(parsing text: String) throws(AnnotationError) {
        let (place, rest) = try Self.splittingPlace(text)
        // A bracket in a key means that the place is misspelt.
        guard let equals = rest.firstIndex(of: "="), equals != rest.startIndex, !rest[..<equals].contains("[") else {
            throw AnnotationError(text: text)
        }
        self.place = place
        key = String(rest[..<equals])
        value = String(rest[rest.index(after: equals)...])
    }

    /// `[index:|manifest[PLATFORM]:|descriptor[PLATFORM]:]KEY`, an annotation to remove.
    package init(removing text: String) throws(AnnotationError) {
        let (place, rest) = try Self.splittingPlace(text)
        guard !rest.isEmpty, !rest.contains("["), !rest.contains("=") else { throw AnnotationError(text: text) }
        self.init(place, key: String(rest), value: nil)
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

    var change: JSONChange { JSONChange([.key("annotations"), .key(key)], to: value.map(JSONText.string)) }

    /// The change if this annotation is for the manifest of an image of that platform, else `nil`.
    func change(manifestOf platform: Platform?) -> JSONChange? {
        guard case .manifest(let wanted) = place else { return nil }
        return fits(wanted, platform) ? change : nil
    }

    /// The change if this annotation is for the descriptor of an image of that platform, else `nil`.
    func change(descriptorOf platform: Platform?) -> JSONChange? {
        guard case .descriptor(let wanted) = place else { return nil }
        return fits(wanted, platform) ? change : nil
    }

    private func fits(_ wanted: Platform?, _ platform: Platform?) -> Bool {
        guard let wanted else { return true }
        return platform.map(wanted.matches) ?? false
    }

    /// Whether these documents have a place for the annotation. `isIndex`: whether a name leads to an index.
    package func hasPlace(inIndex isIndex: Bool, _ platforms: [Platform?]) -> Bool {
        switch place {
        case .top: true
        case .index: isIndex
        case .manifest(let wanted): platforms.contains { fits(wanted, $0) }
        case .descriptor(let wanted): isIndex && platforms.contains { fits(wanted, $0) }
        }
    }

    /// The platform that the result must contain. `nil` if the annotation names none.
    var platform: Platform? {
        switch place {
        case .top, .index: nil
        case .manifest(let platform), .descriptor(let platform): platform
        }
    }

    /// Whether the annotation has no place without an index.
    var needsIndex: Bool {
        switch place {
        case .index, .descriptor: true
        case .top, .manifest: false
        }
    }
}

/// The documents of a source that annotations concern.
package struct AnnotatedDocuments: Sendable {
    package var manifests: Set<Digest>
    /// What the chosen names lead to.
    package var roots: Set<Digest>

    package init(manifests: Set<Digest>, roots: Set<Digest>) {
        self.manifests = manifests
        self.roots = roots
    }
}

/// The text of an `--annotation` that cannot be parsed.
package struct AnnotationError: Error, Equatable, Sendable {
    package let text: String
}

/// Adds annotations to manifests, and to what the roots lead to if the edit asks for that.
struct AnnotationStage: GraphEditStage {
    /// By the digest of the document before the edit.
    private(set) var changes: [Digest: [JSONChange]] = [:]

    init(_ edit: GraphEdit, _ graph: ImageGraph) throws(PlanError) {
        guard !edit.annotations.isEmpty else { return }
        for image in try ImageFinder(graph).all().images {
            guard edit.annotated?.manifests.contains(image.manifest) ?? true else { continue }
            let platform = edit.platform(of: image)
            let own = edit.annotations.compactMap { $0.change(manifestOf: platform) }
            if !own.isEmpty { changes[image.manifest] = own }
        }
        if edit.annotatesEntries { try addEntryChanges(edit, graph) }
        guard edit.annotatesRoots else { return }
        let own = edit.annotations.filter { $0.place == .top || $0.place == .index }.map(\.change)
        for digest in edit.annotated?.roots ?? Set(graph.roots.map(\.descriptor.digest)) where !own.isEmpty {
            changes[digest, default: []] += own
        }
    }

    /// Every entry of an index that names an image.
    private mutating func addEntryChanges(_ edit: GraphEdit, _ graph: ImageGraph) throws(PlanError) {
        let images = try ImageFinder(graph).all().images
        let platforms = Dictionary(images.map { ($0.manifest, edit.platform(of: $0)) }) { first, _ in first }
        let roots = edit.annotated?.roots.compactMap { graph.documents[$0]?.descriptor }
        let reached = roots.map { graph.reachable(from: $0) }
        for index in graph.indexes where reached?[index.digest] != nil || reached == nil {
            for (number, entry) in index.view.manifests.enumerated() {
                guard let platform = platforms[entry.descriptor.digest],
                    edit.annotated?.manifests.contains(entry.descriptor.digest) ?? true
                else { continue }
                for change in edit.annotations.compactMap({ $0.change(descriptorOf: platform) }) {
                    let path: [JSONStep] = [.key("manifests"), .index(number)] + change.path
                    changes[index.digest, default: []].append(JSONChange(path, to: change.value))
                }
            }
        }
    }

    func changes(to node: inout EditedNode) -> [JSONChange] { changes[node.document.digest] ?? [] }
}
