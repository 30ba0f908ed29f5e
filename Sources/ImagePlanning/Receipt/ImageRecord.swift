package import ImageModel

/// What a receipt records of one image or artifact: the facts that decide whether two places hold the same.
package struct ImageRecord: Sendable, Equatable {
    /// One image of an index, or the image itself.
    package struct Platform: Sendable, Hashable {
        /// As in `linux/arm64`; `nil` if it is unknown.
        package let name: String?
        /// Of the manifest.
        package let digest: Digest
        /// The sum of the sizes of the manifest, the config and the layers, each digest counted once.
        package let size: Int64

        package init(name: String?, digest: Digest, size: Int64) {
            self.name = name
            self.digest = digest
            self.size = size
        }
    }

    /// The facts that only artifacts have.
    package struct ArtifactFacts: Sendable, Equatable {
        package let type: String
        /// The manifest to which the artifact refers; `nil` if there is none.
        package let subject: Digest?

        package init(type: String, subject: Digest?) {
            self.type = type
            self.subject = subject
        }
    }

    /// Sorted, each once. Empty if the image has no name.
    package internal(set) var names: [String]
    package let digest: Digest
    package let mediaType: MediaType
    /// Of the manifest or index.
    package let size: Int64
    /// The platforms that are present, in the order of their names.
    package internal(set) var platforms: [Platform]
    /// `nil` if this is an image.
    package let artifact: ArtifactFacts?

    package init(
        names: [String], digest: Digest, mediaType: MediaType, size: Int64, platforms: [Platform] = [],
        artifact: ArtifactFacts? = nil
    ) {
        self.names = names
        self.digest = digest
        self.mediaType = mediaType
        self.size = size
        self.platforms = platforms
        self.artifact = artifact
    }

    /// Adds what another source says of the same digest.
    fileprivate mutating func join(_ other: ImageRecord) {
        names = Set(names + other.names).sorted()
        platforms = Self.sorted(Set(platforms + other.platforms))
    }

    fileprivate static func sorted(_ platforms: some Sequence<Platform>) -> [Platform] {
        platforms.sorted { ($0.name ?? "", $0.digest) < ($1.name ?? "", $1.digest) }
    }
}

/// The images and artifacts of one or more sources. The same content gives the same records in a layout, an archive or
/// a registry, in any order.
package struct ImageRecords: Sendable, Equatable {
    /// In the order of their names, those without a name last. Each digest once.
    package private(set) var images: [ImageRecord] = []
    /// In the same order.
    package private(set) var artifacts: [ImageRecord] = []

    package init() {}

    package init(_ graph: ImageGraph) { add([graph]) }

    /// For records that were read. The caller has checked that no digest occurs twice.
    init(images: [ImageRecord], artifacts: [ImageRecord]) {
        self.images = Self.sorted(images)
        self.artifacts = Self.sorted(artifacts)
    }

    package var platformCount: Int { images.reduce(0) { $0 + $1.platforms.count } }

    /// The records without artifacts that refer to another manifest.
    package var withoutReferrers: ImageRecords {
        var records = self
        records.artifacts.removeAll { $0.artifact?.subject != nil }
        return records
    }

    /// Adds the content of further sources.
    package mutating func add(_ graphs: [ImageGraph]) {
        var (images, artifacts) = (self.images, self.artifacts)
        for graph in graphs {
            let contents = GraphContents(graph)
            var sizes = PlatformSizes(graph)
            images += contents.images.map { ImageRecord($0, in: graph, &sizes) }
            artifacts += contents.artifacts.map { ImageRecord($0, in: graph) }
        }
        self.images = Self.joined(images)
        self.artifacts = Self.joined(artifacts)
    }

    /// One record for each digest.
    private static func joined(_ records: [ImageRecord]) -> [ImageRecord] {
        var joined: [ImageRecord] = []
        var numbers: [Digest: Int] = [:]
        for record in records {
            if let number = numbers[record.digest] {
                joined[number].join(record)
            } else {
                numbers[record.digest] = joined.count
                joined.append(record)
            }
        }
        return sorted(joined)
    }

    private static func sorted(_ records: [ImageRecord]) -> [ImageRecord] {
        records.sorted { left, right in
            if left.names.isEmpty != right.names.isEmpty { return right.names.isEmpty }
            if left.names != right.names { return left.names.lexicographicallyPrecedes(right.names) }
            return left.digest < right.digest
        }
    }
}

extension ImageRecord {
    fileprivate init(_ image: GraphContents.Image, in graph: ImageGraph, _ sizes: inout PlatformSizes) {
        let document = graph.documents[image.digest]
        let root = image.roots[0].descriptor
        var platforms: Set<Platform> = []
        for found in image.found.images {
            platforms.insert(
                Platform(
                    name: found.platform?.description, digest: found.manifest, size: sizes.size(of: found.manifest)))
        }
        self.init(
            names: Set(image.labels.map(\.description)).sorted(), digest: image.digest,
            mediaType: document?.mediaType ?? root.mediaType, size: document?.descriptor.size ?? root.size,
            platforms: Self.sorted(platforms))
    }

    fileprivate init(_ artifact: Artifact, in graph: ImageGraph) {
        let (document, root) = (graph.documents[artifact.descriptor.digest], artifact.descriptor)
        self.init(
            names: Set(artifact.labels.map(\.description)).sorted(), digest: root.digest,
            mediaType: document?.mediaType ?? root.mediaType, size: document?.descriptor.size ?? root.size,
            artifact: ArtifactFacts(type: artifact.type.rawValue, subject: artifact.subject))
    }
}

/// The sizes of the images of one graph. Each is computed once, although several indexes may list a manifest.
private struct PlatformSizes {
    private let graph: ImageGraph
    private var known: [Digest: Int64] = [:]

    init(_ graph: ImageGraph) { self.graph = graph }

    mutating func size(of digest: Digest) -> Int64 {
        if let size = known[digest] { return size }
        guard let document = graph.documents[digest], let manifest = document.manifest else { return 0 }
        var seen: Set<Digest> = []
        let blobs = ([manifest.config] + manifest.layers).filter { seen.insert($0.digest).inserted }
        let size = ([document.descriptor.size] + blobs.map(\.size)).totalSize(\.self)
        known[digest] = size
        return size
    }
}
