/// The `index.json` of a layout: which images it holds, and under which names.
package enum RootIndex {
    /// Entries of `existing` that bear the name of a new one give way to it; all others keep their bytes and places.
    package static func bytes(_ roots: [RootEntry], existing: [RootEntry] = []) throws(JSONEditError) -> [UInt8] {
        let labels = Set(roots.compactMap(\.label))
        let digests = Set(roots.filter { $0.label == nil }.map(\.descriptor.digest))
        let kept = existing.filter { entry in
            if let label = entry.label { return !labels.contains(label) }
            return !digests.contains(entry.descriptor.digest)
        }
        var written: [[UInt8]] = kept.map(\.json)
        var owners: [String: Set<Digest>] = [:]
        for entry in kept + roots {
            guard let reference = entry.label?.annotations[ImageLabel.referenceKey] else { continue }
            owners[reference, default: []].insert(entry.descriptor.digest)
        }
        for root in roots { written.append(try text(root, owners)) }
        let index: JSONText = .object([
            ("schemaVersion", .integer(2)),
            ("mediaType", .string(MediaType.ociIndex.rawValue)),
            ("manifests", .array(written.map(JSONText.raw))),
        ])
        return index.bytes
    }

    /// Two images with one bare tag would hide each other from tools that look at `ref.name` alone (skopeo takes the
    /// first, oras the last); then the full name stands there.
    private static func text(_ root: RootEntry, _ owners: [String: Set<Digest>]) throws(JSONEditError) -> [UInt8] {
        guard root.isNamedHere else { return root.json }
        var annotations = root.label?.annotations ?? [:]
        if case .full(let name)? = root.label, (owners[name.tag] ?? []).count > 1 {
            annotations[ImageLabel.referenceKey] = name.full
        }
        return try root.named(annotations)
    }
}
