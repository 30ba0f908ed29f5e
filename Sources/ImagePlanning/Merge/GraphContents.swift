package import ImageModel

/// The images and the artifacts to which the roots of a graph lead. All commands count them here.
package struct GraphContents: Sendable {
    /// A root that leads to images or to absent content, with all roots of the same digest.
    package struct Image: Sendable {
        package let roots: [ImageGraph.Root]
        package let found: ImageFinder.Found

        package var digest: Digest { roots[0].descriptor.digest }
        package var labels: [ImageLabel] { roots.flatMap(\.labels) }
    }

    /// In the order of the roots. Roots that repeat a part of an index are no images.
    package let images: [Image]
    /// Each once, in the order in which they are met. Attestations that an index lists for its images are no artifacts.
    package let artifacts: [Artifact]
    /// The number of images. An image that a source describes twice counts once: both descriptions have one config.
    package let imageCount: Int

    /// `source` is the index of the source, which the images get.
    package init(_ graph: ImageGraph, source: Int = 0) {
        let finder = ImageFinder(graph, source: source)
        let repeated = RepeatedRoots(graph)
        let lists = ReferrersLists(graph)
        var labels: [Digest: [ImageLabel]] = [:]
        var order: [Digest] = []
        var roots: [Digest: [ImageGraph.Root]] = [:]
        for root in graph.roots {
            let digest = root.descriptor.digest
            labels[digest, default: []] += root.labels
            if repeated.contains(root) || root.descriptor.isAttestation { continue }
            if roots[digest] == nil { order.append(digest) }
            roots[digest, default: []].append(root)
        }
        var images: [Image] = []
        var others: [Descriptor] = []
        for digest in order {
            let same = roots[digest] ?? []
            let found = finder.leniently(below: same)
            others += found.others
            let isArtifact = found.images.isEmpty && found.absent.isEmpty && !found.others.isEmpty
            if !isArtifact, !same.contains(where: lists.contains) { images.append(Image(roots: same, found: found)) }
        }
        var attested: Set<Digest> = []
        for image in images {
            for found in image.found.images { attested.formUnion(found.attestations.map(\.descriptor.digest)) }
        }
        others += graph.roots.map(\.descriptor).filter { $0.isAttestation && !attested.contains($0.digest) }
        var seen: Set<Digest> = []
        artifacts = others.filter { seen.insert($0.digest).inserted }.map {
            Artifact($0, labels: labels[$0.digest] ?? [], in: graph)
        }
        imageCount = Set(images.map { graph.manifest($0.digest)?.config.digest ?? $0.digest }).count
        self.images = images
    }
}

/// Content that is no container image: a signature, an SBOM, an attestation, a chart.
package struct Artifact: Sendable, Equatable {
    package let descriptor: Descriptor
    package let labels: [ImageLabel]
    /// The type of the artifact. If its manifest states none, that of its config or of its first layer.
    package let type: MediaType
    /// The manifest to which it refers, by its `subject` or by a tag of cosign's; `nil` if there is none.
    package let subject: Digest?

    init(_ descriptor: Descriptor, labels: [ImageLabel], in graph: ImageGraph) {
        self.descriptor = descriptor
        self.labels = labels
        let document = graph.documents[descriptor.digest]
        type = document?.manifest?.type ?? document?.mediaType ?? descriptor.mediaType
        subject = document?.subject?.digest ?? labels.lazy.compactMap { CosignTag($0)?.subject }.first
    }
}

extension ManifestView {
    /// The config of a signature of cosign is that of an image, and other configs may be empty: their layers tell more.
    fileprivate var type: MediaType {
        if let artifactType, !artifactType.isEmpty { return MediaType(artifactType) }
        let isTelling = !config.mediaType.isImageConfig && config.mediaType != .ociEmpty
        return isTelling ? config.mediaType : layers.first?.mediaType ?? config.mediaType
    }
}

extension WritePlan {
    /// The artifacts that are written.
    package var artifacts: [Artifact] { GraphContents(graph).artifacts }
}

/// The roots that get a tag in a registry: the images. Artifacts get one only if there is no image.
package struct TaggedRoots: Sendable {
    package let roots: [ImageGraph.Root]
    /// Artifacts that refer to nothing in the graph and stay behind.
    package let left: [Digest]

    package init(_ graph: ImageGraph) {
        let artifacts = GraphContents(graph).artifacts
        let digests = Set(artifacts.map(\.descriptor.digest))
        let roots = graph.rootsWithoutReferrers
        let images = roots.filter { !digests.contains($0.descriptor.digest) }
        self.roots = images.isEmpty ? roots : images
        let alone = artifacts.filter { !($0.subject.map(graph.holds) ?? false) }
        left = images.isEmpty ? [] : alone.map(\.descriptor.digest)
    }
}
