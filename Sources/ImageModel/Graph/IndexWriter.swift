/// The `index.json` of a layout: which images it holds, and under which names.
package enum RootIndex {
    /// The content of `oci-layout`.
    package static let layoutMarker = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)

    /// Entries of the `existing` index that bear the name of a new one give way to it; all others keep their bytes and
    /// places, and so does everything else that it says.
    package static func bytes(_ roots: [RootEntry], updating existing: [UInt8]? = nil) throws -> [UInt8] {
        guard let existing else { return try bytes(roots) }
        let entries = try IndexView(bytes: existing).manifests.map(RootEntry.init)
        let labels = Set(roots.compactMap(\.label))
        let digests = Set(roots.filter { $0.label == nil }.map(\.descriptor.digest))
        let replaced = entries.indices.filter { number in
            if let label = entries[number].label { return labels.contains(label) }
            return digests.contains(entries[number].descriptor.digest)
        }
        let isReplaced = Set(replaced)
        let kept = entries.indices.filter { !isReplaced.contains($0) }.map { entries[$0] }
        return try JSONEdit.applying(
            to: existing, array: "manifests", removing: replaced, appending: texts(roots, beside: kept))
    }

    /// The index without the entries of these numbers.
    package static func bytes(removing numbers: Set<Int>, from existing: [UInt8]) throws(JSONEditError) -> [UInt8] {
        try JSONEdit.applying(to: existing, array: "manifests", removing: numbers.sorted(), appending: [])
    }

    private static func bytes(_ roots: [RootEntry]) throws(JSONEditError) -> [UInt8] {
        let index: JSONText = .object([
            ("schemaVersion", .integer(2)),
            ("mediaType", .string(MediaType.ociIndex.rawValue)),
            ("manifests", .array(try texts(roots, beside: []).map(JSONText.raw))),
        ])
        return index.bytes
    }

    private static func texts(_ roots: [RootEntry], beside kept: [RootEntry]) throws(JSONEditError) -> [[UInt8]] {
        var owners: [String: Set<Digest>] = [:]
        for entry in kept + roots {
            guard let reference = entry.label?.annotations[ImageLabel.referenceKey] else { continue }
            owners[reference, default: []].insert(entry.descriptor.digest)
        }
        var texts: [[UInt8]] = []
        for root in roots { texts.append(try text(root, owners)) }
        return texts
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

/// One line of a destination's table of images: a descriptor and the name under which it is found.
package struct RootEntry: Sendable {
    package let descriptor: Descriptor
    /// The entry as it stands or stood in an index, without anything to be said about names.
    package let json: [UInt8]
    package let label: ImageLabel?
    /// false: the entry comes from an index and says of its name what it always said.
    package let isNamedHere: Bool
    /// It only speaks of another root.
    package let isReferrer: Bool

    package init(descriptor: Descriptor, json: [UInt8], label: ImageLabel?, isNamedHere: Bool, isReferrer: Bool = false)
    {
        self.descriptor = descriptor
        self.json = json
        self.label = label
        self.isNamedHere = isNamedHere
        self.isReferrer = isReferrer
    }

    /// As an index holds it.
    package init(_ entry: IndexView.Entry) {
        self.init(
            descriptor: entry.descriptor, json: entry.json,
            label: ImageLabel(annotations: entry.descriptor.annotations),
            isNamedHere: false)
    }

    /// The same entry with the annotations of `label`, and with no other name.
    func named(_ annotations: [String: String]) throws(JSONEditError) -> [UInt8] {
        let keys = [ImageLabel.containerdKey, ImageLabel.referenceKey]
        return try JSONEdit.applying(
            keys.map { JSONChange([.key("annotations"), .key($0)], to: annotations[$0].map(JSONText.string)) }, to: json
        )
    }

    /// Each name once, and each unnamed image once.
    package static func distinct(_ entries: [RootEntry]) -> [RootEntry] {
        var seen: Set<String> = []
        return entries.filter { seen.insert("\($0.descriptor.digest) \($0.label?.description ?? "")").inserted }
    }
}
