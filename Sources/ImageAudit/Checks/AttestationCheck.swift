internal import ImageModel

/// Attestations speak of a manifest of their own index.
struct AttestationCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var findings: [Finding] = []
        for index in facts.walk.indexes {
            findings += dangling(index.entries, root: index.reached.root)
        }
        let roots = facts.graph.roots
        let named = Set(facts.walk.firsts.keys.map(\.description))
        for root in roots where root.descriptor.isAttestation {
            guard let attested = root.descriptor.attested, !named.contains(attested) else { continue }
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
