/// The bytes of the indexes that this program writes.
package enum IndexWriter {
    /// A new index with these entries in this order.
    package static func bytes(of entries: [[UInt8]], mediaType: MediaType = .ociIndex) -> [UInt8] {
        let index: JSONText = .object([
            ("schemaVersion", .integer(2)),
            ("mediaType", .string(mediaType.rawValue)),
            ("manifests", .array(entries.map(JSONText.raw))),
        ])
        return index.bytes
    }

    /// The index without the entries of these numbers and with others at its end. All other bytes stay.
    package static func edited(
        _ existing: [UInt8], removing numbers: Set<Int> = [], appending entries: [[UInt8]] = []
    ) throws(JSONEditError) -> JSONDocument {
        try JSONEdit.edited(existing, array: "manifests", removing: numbers.sorted(), appending: entries)
    }
}

/// The `index.json` of a layout: the list of its images and their names.
package enum RootIndex {
    /// New entries replace those of the `existing` index with the same name. All other entries of the index keep their
    /// bytes and places, and so do its other members.
    package static func bytes(_ roots: [RootEntry], updating existing: Document) throws(JSONEditError) -> [UInt8] {
        let entries = existing.index?.manifests.map(RootEntry.init) ?? []
        let labels = Set(roots.compactMap(\.label))
        let digests = Set(roots.filter { $0.label == nil }.map(\.descriptor.digest))
        let replaced = Set(
            entries.indices.filter { number in
                if let label = entries[number].label { return labels.contains(label) }
                return digests.contains(entries[number].descriptor.digest)
            })
        let kept = entries.indices.filter { !replaced.contains($0) }.map { entries[$0] }
        return try IndexWriter.edited(existing.bytes, removing: replaced, appending: texts(roots, beside: kept)).bytes
    }

    /// `inFull`: whether `ref.name` is the full name of each entry, not its tag.
    package static func bytes(_ roots: [RootEntry], inFull: Bool = false) throws(JSONEditError) -> [UInt8] {
        IndexWriter.bytes(of: try texts(roots, beside: [], inFull: inFull))
    }

    private static func texts(
        _ roots: [RootEntry], beside kept: [RootEntry], inFull: Bool = false
    ) throws(JSONEditError) -> [[UInt8]] {
        var owners: [String: Set<Digest>] = [:]
        for entry in kept + roots {
            guard let reference = entry.label?.annotations[ImageLabel.referenceKey] else { continue }
            owners[reference, default: []].insert(entry.descriptor.digest)
        }
        var texts: [[UInt8]] = []
        for root in roots { texts.append(try text(root, owners, inFull: inFull)) }
        return texts
    }

    /// Two images with one bare tag would hide each other from tools that read `ref.name` alone: skopeo takes the first,
    /// oras the last. Such images get their full name there.
    private static func text(
        _ root: RootEntry, _ owners: [String: Set<Digest>], inFull: Bool
    ) throws(JSONEditError) -> [UInt8] {
        guard root.isNamedHere else { return root.json }
        var annotations = root.label?.annotations ?? [:]
        if case .full(let name)? = root.label, inFull || (owners[name.tag] ?? []).count > 1 {
            annotations[ImageLabel.referenceKey] = name.full
        }
        return try root.named(annotations)
    }
}

/// One entry of a destination's list of images: a descriptor and its name.
package struct RootEntry: Sendable {
    package let descriptor: Descriptor
    /// The entry as an index has or had it. The name that this run gives is not part of it.
    package let json: [UInt8]
    package let label: ImageLabel?
    /// Whether this run names the entry. Else the entry keeps the annotations of the index that it comes from.
    package let isNamedHere: Bool
    /// Whether the entry only refers to another root.
    package let isReferrer: Bool

    package init(descriptor: Descriptor, json: [UInt8], label: ImageLabel?, isNamedHere: Bool, isReferrer: Bool = false)
    {
        self.descriptor = descriptor
        self.json = json
        self.label = label
        self.isNamedHere = isNamedHere
        self.isReferrer = isReferrer
    }

    /// The entry of content that only refers to another root.
    package var asReferrer: RootEntry {
        RootEntry(descriptor: descriptor, json: json, label: label, isNamedHere: isNamedHere, isReferrer: true)
    }

    /// An entry of an index, unchanged.
    package init(_ entry: IndexView.Entry) {
        self.init(
            descriptor: entry.descriptor, json: Array(entry.json),
            label: ImageLabel(annotations: entry.descriptor.annotations),
            isNamedHere: false)
    }

    /// The entry with these annotations for its name, and with no other name.
    func named(_ annotations: [String: String]) throws(JSONEditError) -> [UInt8] {
        let keys = [ImageLabel.containerdKey, ImageLabel.referenceKey]
        return try JSONEdit.applying(
            keys.map { JSONChange([.key("annotations"), .key($0)], to: annotations[$0].map(JSONText.string)) }, to: json
        )
    }

    /// The entries without those that repeat digest and name of an earlier one.
    package static func distinct(_ entries: [RootEntry]) -> [RootEntry] {
        struct Key: Hashable {
            let digest: Digest
            let name: String?
        }
        var seen: Set<Key> = []
        return entries.filter { seen.insert(Key(digest: $0.descriptor.digest, name: $0.label?.description)).inserted }
    }
}
