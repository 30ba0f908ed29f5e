/// The `index.json` of a layout: which images it holds, and under which names.
package enum RootIndex {
    /// The content of `oci-layout`.
    package static let layoutMarker = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)

    /// Entries of the `existing` index that bear the name of a new one give way to it; all others keep their bytes and
    /// places, and so does everything else that it says.
    package static func bytes(_ roots: [RootEntry], updating existing: [UInt8]? = nil) throws -> [UInt8] {
        guard let existing else { return try bytes(roots, keeping: []).bytes }
        let entries = try IndexView(bytes: existing).manifests.map(RootEntry.init)
        let manifests = try bytes(roots, keeping: entries)
        return try JSONEdit.applying([JSONChange([.key("manifests")], to: manifests.list)], to: existing)
    }

    private static func bytes(
        _ roots: [RootEntry], keeping existing: [RootEntry]
    ) throws(JSONEditError) -> (list: JSONText, bytes: [UInt8]) {
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
        let list = JSONText.array(written.map(JSONText.raw))
        let index: JSONText = .object([
            ("schemaVersion", .integer(2)),
            ("mediaType", .string(MediaType.ociIndex.rawValue)),
            ("manifests", list),
        ])
        return (list, index.bytes)
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
