internal import ByteIO
internal import ImageModel

/// The tar of a layer to its last header: where it breaks off, each reader stops in its own way.
struct LayerTarCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var seen: Set<Digest> = []
        return facts.walk.images.flatMap { image -> [Finding] in
            let damaged = facts.evidence[image.descriptor.digest]?.damaged ?? [:]
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
