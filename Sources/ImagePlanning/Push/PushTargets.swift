package import ImageModel

/// The reference in a registry under which an image is pushed, with its tags in one repository.
package struct PushTarget: Sendable, Equatable {
    /// One name of the image, before and after.
    package struct NamePair: Sendable, Equatable {
        /// As shown to the user.
        package let from: String
        /// `nil` for a bare tag.
        package let former: RegistryReference?
        package let to: RegistryReference
    }

    package let repository: RepositoryName
    /// If empty, the image is found by its digest alone.
    package fileprivate(set) var tags: [String]
    /// The names of the source's images.
    package let image: Digest
    package fileprivate(set) var namePairs: [NamePair]

    /// By its tags; without one, by its digest.
    package var references: [RegistryReference] {
        tags.isEmpty
            ? [RegistryReference(repository, digest: image)] : tags.map { RegistryReference(repository, tag: $0) }
    }
}

/// An image to push, under one of its names.
package struct NamedImage: Sendable {
    package let label: ImageLabel
    /// The reference by which the image was read; `nil` if its source is a file.
    package let reference: RegistryReference?
    package let image: Digest

    package init(_ label: ImageLabel, readFrom reference: RegistryReference? = nil, image: Digest) {
        self.label = label
        self.reference = reference
        self.image = image
    }

    fileprivate var former: RegistryReference? { reference ?? label.reference }
}

extension ImageLabel {
    /// The reference that is the name, also of an image without a tag: `HOST/REPO@DIGEST`. `nil` for a bare tag.
    fileprivate var reference: RegistryReference? {
        switch self {
        case .full(let name): RegistryReference(parsing: name.full)
        case .plain(let text): isPinned ? RegistryReference(parsing: text) : nil
        }
    }
}

package enum PushTargets {
    package struct Assignment: Sendable, Equatable {
        package let targets: [PushTarget]
        /// Images without a name, which get no reference.
        package let unnamed: [Digest]
    }

    /// Each named image below `prefix`: `docker.io/library/busybox:1` goes to PREFIX/busybox:1,
    /// `quay.io/org/app:2` to PREFIX/org/app:2, and what has nothing but a tag to PREFIX:TAG.
    ///
    /// A root of a list comes with the reference by which it was read.
    package static func all(
        _ roots: [(root: ImageGraph.Root, reference: RegistryReference?)], under prefix: String
    ) throws(PlanError) -> Assignment {
        let images = roots.flatMap { root, reference in
            root.labels.map { NamedImage($0, readFrom: reference, image: root.descriptor.digest) }
        }
        if images.isEmpty { throw .push(.nothingNamed) }
        let targets = try targets(of: images, under: prefix)
        var seen = Set(targets.map(\.image))
        var unnamed: [Digest] = []
        for (root, _) in roots where root.labels.isEmpty && !root.descriptor.isAttestation {
            let digest = root.descriptor.digest
            if seen.insert(digest).inserted { unnamed.append(digest) }
        }
        return Assignment(targets: targets, unnamed: unnamed)
    }

    /// The targets alone; empty if no image has a name.
    package static func targets(_ roots: [ImageGraph.Root], under prefix: String) throws(PlanError) -> [PushTarget] {
        try targets(
            of: roots.flatMap { root in root.labels.map { NamedImage($0, image: root.descriptor.digest) } },
            under: prefix)
    }

    /// One target for each image and repository, in the order of the images.
    package static func targets(
        of images: [NamedImage], under prefix: String
    ) throws(PlanError) -> [PushTarget] {
        let prefix = PrefixText.trimmed(prefix)
        struct Key: Hashable {
            let repository: RepositoryName
            let image: Digest
        }
        var targets: [PushTarget] = []
        var numbers: [Key: Int] = [:]
        var owners: [RegistryReference: Digest] = [:]
        for image in images {
            let reference = try reference(of: image, prefix)
            let pair = PushTarget.NamePair(
                from: (image.reference.map(\.description) ?? image.label.description), former: image.former,
                to: reference)
            let owner = owners.updateValue(image.image, forKey: reference)
            if let owner, owner != image.image { throw .push(.oneReference(reference, owner, image.image)) }
            let key = Key(repository: reference.repository, image: image.image)
            if let known = numbers[key] {
                if owner == nil, let tag = reference.tag { targets[known].tags.append(tag) }
                if owner == nil || !targets[known].namePairs.contains(pair) {
                    targets[known].namePairs.append(pair)
                }
            } else {
                numbers[key] = targets.count
                targets.append(
                    PushTarget(
                        repository: reference.repository, tags: reference.tag.map { [$0] } ?? [], image: image.image,
                        namePairs: [pair]))
            }
        }
        return targets
    }

    /// The path of an image below a prefix: that of its name, without the `library/` of Docker Hub.
    static func path(of name: ImageName) -> String { path(name.domain, name.path) }

    private static func path(_ domain: String, _ path: String) -> String {
        let isOfficial = domain == ImageName.defaultDomain && path.hasPrefix("library/")
        return isOfficial ? String(path.dropFirst("library/".count)) : path
    }

    private static func reference(of image: NamedImage, _ prefix: String) throws(PlanError) -> RegistryReference {
        let text: String
        let name = image.label.reference
        if let name {
            let path = path(name.repository.domain, name.repository.path)
            text = "\(prefix)/\(path)" + (name.tag.map { ":\($0)" } ?? "@\(image.image)")
        } else {
            text = "\(prefix):\(image.label)"
        }
        guard let reference = RegistryReference(parsing: text),
            name.map({ $0.tag == nil }) ?? false ? reference.digest == image.image : reference.digest == nil
        else { throw .push(.noReference(image.label.description, prefix: prefix)) }
        return reference
    }
}

/// Why images have no reference in a registry. Facts only.
package enum PushConflict: Error, Equatable, Sendable {
    case nothingNamed
    /// The name and the prefix do not form a reference.
    case noReference(String, prefix: String)
    /// Two images would get the same reference.
    case oneReference(RegistryReference, Digest, Digest)
}
