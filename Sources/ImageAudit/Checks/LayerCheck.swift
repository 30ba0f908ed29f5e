internal import ByteIO
internal import ImageModel

/// Checks the content of layers: the media type against the bytes, and the diffIDs of the config against the
/// decompressed content.
struct LayerCheck: AuditCheck {
    /// The claim of one descriptor about a layer. Another descriptor may claim otherwise.
    private struct Claim: Hashable {
        let digest: Digest
        let label: MediaType
        let claimsBytes: Bool

        init(_ use: GraphSurvey.Use) {
            digest = use.descriptor.digest
            label = use.descriptor.mediaType
            claimsBytes = use.claimsBytes
        }
    }

    func findings(_ facts: AuditFacts) -> [Finding] {
        var findings: [Finding] = []
        var seen: Set<Claim> = []
        var damaged: Set<Digest> = []
        var encrypted: Set<Digest> = []
        for image in facts.walk.images {
            for layer in image.layers where image.isTrusted && seen.insert(Claim(layer)).inserted {
                if layer.descriptor.mediaType.isEncrypted {
                    if encrypted.insert(layer.descriptor.digest).inserted {
                        findings.append(finding(.encrypted, layer, facts) { _, _ in true })
                    }
                    continue
                }
                if let label = wrongLabel(of: layer, facts) {
                    findings.append(finding(label, layer, facts) { $0 == $1 })
                }
                guard !damaged.contains(layer.descriptor.digest), let damage = damage(of: layer, facts) else {
                    continue
                }
                damaged.insert(layer.descriptor.digest)
                findings.append(finding(damage, layer, facts) { _, _ in true })
            }
            findings += diffIDs(of: image, facts)
        }
        return findings
    }

    /// `otherPlaces` counts the places with the same problem.
    private func finding(
        _ problem: Problem, _ layer: GraphSurvey.Use, _ facts: AuditFacts, sharing: (Claim, Claim) -> Bool
    ) -> Finding {
        let uses = (facts.walk.uses[layer.descriptor.digest] ?? []).filter { sharing(Claim($0), Claim(layer)) }
        return Finding(
            problem, at: layer.reached.place, root: layer.reached.root, subject: layer.descriptor.digest,
            otherPlaces: max(0, uses.count - 1))
    }

    private func wrongLabel(of layer: GraphSurvey.Use, _ facts: AuditFacts) -> Problem? {
        guard let measure = facts.promised(layer), let declared = layer.descriptor.mediaType.layerCompression else {
            return nil
        }
        let actual = measure.compression?.rawValue ?? LayerCompression.none.rawValue
        return declared.rawValue == actual
            ? nil : .mislabelled(declared: layer.descriptor.mediaType, actual: actual)
    }

    private func damage(of layer: GraphSurvey.Use, _ facts: AuditFacts) -> Problem? {
        guard let measure = facts.promised(layer) else { return nil }
        if let failure = measure.failure { return .damagedCompression(failure) }
        return layer.descriptor.mediaType.layerCompression != nil && measure.beginning == .other ? .notATar : nil
    }

    private func diffIDs(of image: GraphSurvey.Image, _ facts: AuditFacts) -> [Finding] {
        guard let config = image.config else { return [] }
        let count = (layers: image.layers.count, diffIDs: config.diffIDs.count)
        guard count.layers == count.diffIDs else {
            // The reader of a docker archive has reported it.
            if facts.subject.told.contains(image.manifest.config.digest) { return [] }
            return [
                Finding(
                    .layerCount(layers: count.layers, diffIDs: count.diffIDs), at: image.reached.place,
                    root: image.reached.root, subject: image.descriptor.digest)
            ]
        }
        var wrong: [(use: GraphSurvey.Use, expected: Digest, found: Digest)] = []
        var unknown: [Finding] = []
        for use in image.layers {
            guard let expected = use.diffID, !use.descriptor.mediaType.isEncrypted,
                let measure = facts.promised(use), measure.failure == nil
            else {
                continue
            }
            guard let found = measure.content(expected.algorithm) else {
                unknown.append(
                    Finding(
                        .uncomputedDiffID(expected), at: use.reached.place, root: use.reached.root,
                        subject: use.descriptor.digest, image: image.descriptor.digest))
                continue
            }
            if found != expected { wrong.append((use, expected, found)) }
        }
        if wrong.count > 1, Set(wrong.map(\.expected)) == Set(wrong.map(\.found)) {
            return unknown + [
                Finding(
                    .layerOrder, at: image.reached.place, root: image.reached.root, subject: image.descriptor.digest)
            ]
        }
        return unknown
            + wrong.map { layer in
                Finding(
                    .diffID(expected: layer.expected, found: layer.found), at: layer.use.reached.place,
                    root: layer.use.reached.root, subject: layer.use.descriptor.digest,
                    image: image.descriptor.digest)
            }
    }
}

/// Checks the tar of a layer to its last header. Readers treat a damaged tar in different ways.
struct LayerTarCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var seen: Set<Digest> = []
        return facts.walk.images.flatMap { image -> [Finding] in
            let damaged = facts.examinations[image.descriptor.digest]?.examination?.evidence.damaged ?? [:]
            return image.layers.compactMap { layer in
                let digest = layer.descriptor.digest
                guard image.isTrusted, let error = damaged[digest], let measure = facts.promised(layer),
                    measure.failure == nil, seen.insert(digest).inserted
                else { return nil }
                return Finding(
                    .brokenTar(error), at: layer.reached.place, root: layer.reached.root, subject: digest,
                    otherPlaces: max(0, (facts.walk.uses[digest] ?? []).count - 1))
            }
        }
    }
}
