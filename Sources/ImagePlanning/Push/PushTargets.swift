package import ImageModel

/// The references in registries that the images of one source are pushed to.
package struct PushTarget: Sendable, Equatable {
    package let repository: RepositoryName
    package fileprivate(set) var tags: [String]
    /// The names of the source's images.
    package let image: Digest
}

package enum PushTargets {
    package struct Assignment: Sendable, Equatable {
        package let targets: [PushTarget]
        /// Images without a name, which get no reference.
        package let unnamed: [Digest]
    }

    /// Each named image below `prefix`: `docker.io/library/busybox:1` goes to PREFIX/busybox:1,
    /// `quay.io/org/app:2` to PREFIX/org/app:2, and what has nothing but a tag to PREFIX:TAG.
    package static func all(_ roots: [ImageGraph.Root], under prefix: String) throws(PlanError) -> Assignment {
        let targets = try targets(roots, under: prefix)
        if targets.isEmpty { throw .push(.nothingNamed) }
        var seen = Set(targets.map(\.image))
        var unnamed: [Digest] = []
        for root in roots where root.labels.isEmpty && !root.descriptor.isAttestation {
            let digest = root.descriptor.digest
            if seen.insert(digest).inserted { unnamed.append(digest) }
        }
        return Assignment(targets: targets, unnamed: unnamed)
    }

    /// The same; empty if no image has a name.
    package static func targets(_ roots: [ImageGraph.Root], under prefix: String) throws(PlanError) -> [PushTarget] {
        let prefix = PrefixText.trimmed(prefix)
        struct Key: Hashable {
            let repository: RepositoryName
            let image: Digest
        }
        var targets: [PushTarget] = []
        var numbers: [Key: Int] = [:]
        var owners: [RegistryReference: Digest] = [:]
        for root in roots {
            for label in root.labels {
                let reference = try reference(label, prefix)
                guard let tag = reference.tag else { throw .push(.noReference(label.description, prefix: prefix)) }
                let digest = root.descriptor.digest
                if let owner = owners.updateValue(digest, forKey: reference) {
                    if owner != digest { throw .push(.oneReference(reference, owner, digest)) }
                    continue
                }
                let key = Key(repository: reference.repository, image: digest)
                if let known = numbers[key] {
                    targets[known].tags.append(tag)
                } else {
                    numbers[key] = targets.count
                    targets.append(PushTarget(repository: reference.repository, tags: [tag], image: digest))
                }
            }
        }
        return targets
    }

    /// The path of an image below a prefix: that of its name, without the `library/` of Docker Hub.
    static func path(of name: ImageName) -> String {
        let isOfficial = name.domain == ImageName.defaultDomain && name.path.hasPrefix("library/")
        return isOfficial ? String(name.path.dropFirst("library/".count)) : name.path
    }

    private static func reference(_ label: ImageLabel, _ prefix: String) throws(PlanError) -> RegistryReference {
        let text: String
        switch label {
        case .plain(let tag): text = "\(prefix):\(tag)"
        case .full(let name):
            text = "\(prefix)/\(path(of: name)):\(name.tag)"
        }
        guard let reference = RegistryReference(parsing: text), reference.digest == nil else {
            throw .push(.noReference(label.description, prefix: prefix))
        }
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
