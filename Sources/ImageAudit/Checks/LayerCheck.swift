internal import ByteIO
internal import ImageModel

/// What layers hold: the label against the bytes, the config's diffIDs against the decompressed content.
struct LayerCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var findings: [Finding] = []
        var seen: Set<Digest> = []
        for image in facts.walk.images {
            for layer in image.layers where image.isTrusted && seen.insert(layer.descriptor.digest).inserted {
                let uses = facts.walk.uses[layer.descriptor.digest] ?? []
                findings += bytes(of: layer, facts).map { problem in
                    Finding(
                        problem, at: layer.reached.place, root: layer.reached.root, subject: layer.descriptor.digest,
                        otherPlaces: max(0, uses.count - 1))
                }
            }
            findings += diffIDs(of: image, facts)
        }
        return findings
    }

    /// Nothing of bytes that are damaged themselves.
    private func bytes(of layer: GraphWalk.Use, _ facts: AuditFacts) -> [Problem] {
        let digest = layer.descriptor.digest
        guard case .measured(let measure, _)? = facts.outcomes[digest] else { return [] }
        if layer.claimsBytes, measure.digest(digest.algorithm) != digest { return [] }
        var problems: [Problem] = []
        let type = layer.descriptor.mediaType
        if let declared = type.layerCompression {
            let actual = measure.compression?.rawValue ?? LayerCompression.none.rawValue
            if declared.rawValue != actual { problems.append(.mislabelled(declared: type, actual: actual)) }
        }
        if let failure = measure.failure {
            problems.append(.damagedCompression(failure))
        } else if type.layerCompression != nil, !measure.head.isEmpty, !TarArchive.startsLikeTar(measure.head) {
            problems.append(.notATar)
        }
        return problems
    }

    private func diffIDs(of image: GraphWalk.Image, _ facts: AuditFacts) -> [Finding] {
        guard let config = image.config else { return [] }
        let count = (layers: image.layers.count, diffIDs: config.diffIDs.count)
        guard count.layers == count.diffIDs else {
            // A docker archive has been told of it by its reader.
            if facts.subject.told.contains(image.manifest.config.digest) { return [] }
            return [
                Finding(
                    .layerCount(layers: count.layers, diffIDs: count.diffIDs), at: image.reached.place,
                    root: image.reached.root, subject: image.descriptor.digest)
            ]
        }
        var wrong: [(use: GraphWalk.Use, expected: Digest, found: Digest)] = []
        var unknown: [Finding] = []
        for use in image.layers {
            guard let expected = use.diffID, let measure = facts.sound(use) else { continue }
            guard let found = measure.content(expected.algorithm) else {
                unknown.append(
                    Finding(
                        .uncomputedDiffID(expected), at: use.reached.place, root: use.reached.root,
                        subject: use.descriptor.digest))
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
                    root: layer.use.reached.root, subject: layer.use.descriptor.digest)
            }
    }
}
