internal import ImageModel

/// Checks names of images: whether loaders accept them, and whether each leads to one image.
struct NameCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var findings: [Finding] = []
        var owners: [ImageLabel: (image: Digest, place: DescriptorPath)] = [:]
        let repeated = RepeatedRoots(facts.graph)
        for root in facts.graph.roots {
            let digest = root.descriptor.digest
            for text in Self.refused(of: root) {
                findings.append(Finding(.invalidName(text), at: root.place, root: digest, subject: digest))
            }
            // Two descriptions of one image share its config.
            let manifest = facts.graph.manifest(digest)
            let image = manifest?.config.digest ?? digest
            // A child that regctl lists under the name of its index hides nothing.
            for label in repeated.contains(root) ? [] : root.labels {
                guard let owner = owners[label] else {
                    owners[label] = (image, root.place)
                    continue
                }
                guard owner.image != image else { continue }
                findings.append(
                    Finding(
                        .ambiguousName(label.description, other: owner.place), at: root.place, root: digest,
                        subject: digest))
            }
        }
        return findings
    }

    private static func refused(of root: ImageGraph.Root) -> [String] {
        guard root.entry != nil else {
            // Names of docker archives must be full names.
            return root.labels.compactMap { if case .plain(let text) = $0 { text } else { nil } }
        }
        var texts: [String] = []
        let annotations = root.descriptor.annotations
        if let name = annotations[ImageLabel.containerdKey], !isReference(name) { texts.append(name) }
        if let name = annotations[ImageLabel.referenceKey], !isTag(name), !isReference(name) { texts.append(name) }
        return texts
    }

    /// Whether the text is a name with a tag, a digest, both or neither.
    private static func isReference(_ text: String) -> Bool {
        let name = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        if name.count == 2, (try? Digest(parsing: String(name[1]))) == nil { return false }
        return ImageName(parsing: String(name[0])) != nil
    }

    private static func isTag(_ text: String) -> Bool { ImageName(parsing: "x:" + text)?.tag == text }
}

/// Checks that attestations refer to a manifest of their own index.
struct AttestationCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var findings: [Finding] = []
        for index in facts.walk.indexes {
            findings += dangling(index.entries, root: index.reached.root)
        }
        for root in facts.graph.roots where root.descriptor.isAttestation {
            guard let attested = root.descriptor.attested else { continue }
            if let digest = try? Digest(parsing: attested), facts.walk.first(digest) != nil { continue }
            findings.append(
                Finding(
                    .danglingAttestation(attested), at: root.place, root: root.descriptor.digest,
                    subject: root.descriptor.digest))
        }
        return findings
    }

    private func dangling(
        _ entries: [(descriptor: Descriptor, place: DescriptorPath)], root: Digest
    ) -> [Finding] {
        let siblings = Set(entries.map(\.descriptor.digest.description))
        return entries.compactMap { entry in
            guard entry.descriptor.isAttestation else { return nil }
            let attested = entry.descriptor.attested ?? ""
            if siblings.contains(attested) { return nil }
            return Finding(
                .danglingAttestation(attested), at: entry.place, root: root, subject: entry.descriptor.digest)
        }
    }
}
