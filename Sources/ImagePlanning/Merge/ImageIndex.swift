internal import ImageModel

/// The index that a merge makes: entries sorted by platform, then attestations. So its bytes depend neither on the
/// order of sources nor on the machine.
struct ImageIndex {
    let document: Document
    let children: [MergedImage.Child]

    /// Images of one name from all sources.
    init(_ images: [PlatformImage], inputs: [MergeInput], name: String?, _ options: MergeOptions) throws(PlanError) {
        var byPlatform: [Platform: [PlatformImage]] = [:]
        for image in images {
            guard let platform = image.platform else {
                throw .conflict(.noPlatform(source: inputs[image.source].source, image.manifest))
            }
            byPlatform[platform.normalized, default: []].append(image)
        }
        var entries: [[UInt8]] = []
        var attestations: [[UInt8]] = []
        var children: [MergedImage.Child] = []
        for (platform, same) in byPlatform.sorted(by: { $0.key < $1.key }) {
            let first = same[0]
            if let other = same.first(where: { $0.manifest != first.manifest }) {
                throw .conflict(
                    .samePlatform(
                        platform, one: inputs[first.source].source, other: inputs[other.source].source, image: name))
            }
            let entry = try Self.entry(same, platform: platform, inputs: inputs)
            let changes = options.annotations.compactMap { $0.change(descriptorOf: platform) }
            entries.append(changes.isEmpty ? entry : try Self.edited(entry, changes).bytes)
            attestations += try Self.attestations(same)
            let sources = Set(same.map(\.source)).sorted().map { inputs[$0].source }
            children.append(.init(platform: platform, digest: first.manifest, sources: sources))
        }
        let type = (options.format ?? .oci).index
        let bytes = IndexWriter.bytes(of: entries + attestations, mediaType: type)
        let top = options.annotations.filter { $0.place == .top || $0.place == .index }.map(\.change)
        let edited = top.isEmpty ? nil : try Self.edited(bytes, top)
        do throws(DocumentError) {
            document =
                if let edited { try Document(edited, mediaType: type) } else { try Document(bytes, mediaType: type) }
        } catch { throw .document(error) }
        self.children = children
    }

    /// The longest entry that any source has for the manifest, in any order of sources.
    private static func entry(
        _ same: [PlatformImage], platform: Platform, inputs: [MergeInput]
    ) throws(PlanError) -> [UInt8] {
        let written = try same.map { (image) throws(PlanError) in
            try entry(image, platform: platform, graph: inputs[image.source].graph)
        }
        return written.reduce([]) { richer($1, $0) }
    }

    /// Names belong to roots, not to platforms. All other members of the descriptor are kept.
    private static func entry(
        _ image: PlatformImage, platform: Platform, graph: ImageGraph
    ) throws(PlanError) -> [UInt8] {
        guard let json = image.entry else {
            var descriptor = image.descriptor
            descriptor.platform = platform
            descriptor.annotations = [:]
            return descriptor.json.bytes
        }
        var changes = [ImageLabel.containerdKey, ImageLabel.referenceKey].map {
            JSONChange([.key("annotations"), .key($0)], to: nil)
        }
        let left = image.descriptor.annotations.keys.filter {
            $0 != ImageLabel.containerdKey && $0 != ImageLabel.referenceKey
        }
        if left.isEmpty { changes = [JSONChange([.key("annotations")], to: nil)] }
        if image.descriptor.mediaType.rawValue.isEmpty, let document = graph.documents[image.manifest] {
            changes.append(JSONChange([.key("mediaType")], to: .string(document.mediaType.rawValue)))
        }
        if image.descriptor.platform?.normalized != platform {
            changes += PlatformEdit.changes(to: platform, from: image.descriptor.platform, at: [.key("platform")])
        }
        return JSONText(compacting: try edited(Array(json), changes)).bytes
    }

    private static func edited(_ bytes: [UInt8], _ changes: [JSONChange]) throws(PlanError) -> JSONDocument {
        do throws(JSONEditError) { return try JSONEdit.edited(bytes, changes) } catch { throw .edit(error) }
    }

    private static func attestations(_ same: [PlatformImage]) throws(PlanError) -> [[UInt8]] {
        var richest: [Digest: [UInt8]] = [:]
        for entry in same.flatMap(\.attestations) {
            let json: [UInt8]
            do throws(JSONError) { json = try JSONText(compacting: Array(entry.json)).bytes } catch {
                throw .json(error)
            }
            let digest = entry.descriptor.digest
            richest[digest] = Self.richer(json, richest[digest] ?? [])
        }
        return richest.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func richer(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
        if one.count != other.count { return one.count > other.count ? one : other }
        return one.lexicographicallyPrecedes(other) ? one : other
    }
}
