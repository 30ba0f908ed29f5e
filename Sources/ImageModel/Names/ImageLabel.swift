/// The name of an image inside its source: a full reference, or any other text (a bare tag in most cases).
package enum ImageLabel: Hashable, Comparable, Sendable, CustomStringConvertible {
    case full(ImageName)
    case plain(String)

    package static let containerdKey = "io.containerd.image.name"
    package static let referenceKey = "org.opencontainers.image.ref.name"

    /// The identity of an entry of an index is its `ref.name`: with a `/` or `:` a full name, otherwise a tag. Containerd's
    /// annotation adds the repository to a tag. `oras tag` and `umoci config --tag` copy that annotation to entries with
    /// another tag, so its own tag does not count beside a `ref.name`.
    package init?(annotations: [String: String]) {
        let name = annotations[Self.containerdKey].flatMap(ImageName.init(parsing:))
        guard let reference = annotations[Self.referenceKey], !reference.isEmpty else {
            guard let name else { return nil }
            self = .full(name)
            return
        }
        self.init(reference: reference)
        if case .plain(let tag) = self, let name = name?.tagged(tag) { self = .full(name) }
    }

    /// Whether containerd's annotation names another image than this label.
    package func isContradicted(by annotations: [String: String]) -> Bool {
        guard let text = annotations[Self.containerdKey], let name = ImageName(parsing: text) else { return false }
        return self != .full(name)
    }

    package init(reference text: String) {
        let isFull = text.contains("/") || text.contains(":")
        if isFull, let name = ImageName(parsing: text) { self = .full(name) } else { self = .plain(text) }
    }

    package var description: String {
        switch self {
        case .full(let name): name.full
        case .plain(let text): text
        }
    }

    /// The tag of a full name, else the whole text.
    package var tag: String {
        switch self {
        case .full(let name): name.tag
        case .plain(let text): text
        }
    }

    /// The annotations by which all loaders find the name.
    package var annotations: [String: String] {
        switch self {
        case .full(let name): [Self.containerdKey: name.full, Self.referenceKey: name.tag]
        case .plain(let text):
            isPinned ? [Self.containerdKey: text, Self.referenceKey: text] : [Self.referenceKey: text]
        }
    }

    /// The name of an image that is known by its digest alone: `HOST/REPO@sha256:…`. `nil` if the text is no such reference.
    package static func pinned(_ text: String) -> ImageLabel? {
        guard text.contains("@"), let reference = RegistryReference(parsing: text) else { return nil }
        return pinned(reference)
    }

    /// `nil` if the reference has a tag, or no digest.
    package static func pinned(_ reference: RegistryReference) -> ImageLabel? {
        guard reference.tag == nil, reference.digest != nil else { return nil }
        return .plain(reference.description)
    }

    /// Whether the name is a repository and a digest. Engines find such an image by this text.
    package var isPinned: Bool {
        if case .plain(let text) = self { Self.pinned(text) == self } else { false }
    }

    /// The rank of this label as a match of a typed text such as `demo/app:1.0`, `1.0` or `localhost/x`. 0 is the best;
    /// `nil` if the label does not match.
    package func rank(matching text: String) -> Int? {
        switch self {
        case .plain(let plain): return plain == text ? 0 : nil
        case .full(let name):
            if let wanted = ImageName(parsing: text), wanted.full == name.full { return 0 }
            // podman gives names without a host to localhost.
            if let wanted = ImageName(parsing: "localhost/" + text), wanted.full == name.full { return 1 }
            return name.tag == text ? 2 : nil
        }
    }
}
