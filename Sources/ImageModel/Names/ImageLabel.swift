/// The name of an image inside its source: a full reference, or any other text (a bare tag in most cases).
package enum ImageLabel: Hashable, Comparable, Sendable, CustomStringConvertible {
    case full(ImageName)
    case plain(String)

    package static let containerdKey = "io.containerd.image.name"
    package static let referenceKey = "org.opencontainers.image.ref.name"

    /// Prefers containerd's annotation. A `ref.name` with a `/` or `:` is a full name, otherwise a tag.
    package init?(annotations: [String: String]) {
        if let text = annotations[Self.containerdKey], let name = ImageName(parsing: text) {
            self = .full(name)
            return
        }
        guard let text = annotations[Self.referenceKey], !text.isEmpty else { return nil }
        self.init(reference: text)
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

    /// The annotations by which all loaders find the name.
    package var annotations: [String: String] {
        switch self {
        case .full(let name): [Self.containerdKey: name.full, Self.referenceKey: name.tag]
        case .plain(let text): [Self.referenceKey: text]
        }
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
