package import ImageModel

/// The differences between the images of two sources, as far as their documents state them. No layer is read.
///
/// Images are the same if their platforms, the digests of their configs and their annotations agree. A config states the
/// diffIDs, which are the digests of the uncompressed layers. An exact comparison also requires the same compression,
/// digests of manifests and indexes, attestations and referrers.
package struct SourceDifference: Sendable {
    package let images: [ImageDifference]
    package let artifacts: [ArtifactDifference]
    package let isExact: Bool
    /// Whether only one platform was compared.
    package let isPartial: Bool
    /// Whether some annotations were not compared, because a format of docker's has none.
    package let ignoresAnnotations: Bool

    package var isSame: Bool {
        images.allSatisfy(\.isSame) && artifacts.allSatisfy { $0.isNote && !isExact }
    }

    /// `platform`: The only platform to compare; `nil` for all of them.
    package init(
        _ old: ComparedSource, _ new: ComparedSource, platform: Platform? = nil, isExact: Bool = false
    ) throws(PlanError) {
        let (before, after) = (
            try ComparedImages(old, platform: platform), try ComparedImages(new, platform: platform)
        )
        if let platform, (before.images + after.images).allSatisfy(\.platforms.isEmpty) {
            throw .conflict(
                .platformAbsent(wanted: platform, present: before.everyPlatform.union(after.everyPlatform).sorted()))
        }
        var comparison = ImageComparison(old, new, isPartial: platform != nil, isExact: isExact)
        var images: [ImageDifference] = []
        var listed: Int64 = 0
        for (labels, pair) in ComparedImages.pairs(before, after) {
            listed += (pair.old?.listings ?? 0) + (pair.new?.listings ?? 0)
            try ComparedImages.check(listings: listed)
            let isEmpty = (pair.old?.platforms ?? []).isEmpty && (pair.new?.platforms ?? []).isEmpty
            if platform == nil || !isEmpty { images.append(try comparison.difference(pair, labels)) }
        }
        self.images = images
        self.isExact = isExact
        isPartial = platform != nil
        ignoresAnnotations = comparison.ignoresAnnotations
        artifacts = platform == nil ? ArtifactDifference.between(old, new) : []
    }
}

/// The differences between two images, or one image without a partner.
package struct ImageDifference: Sendable {
    package struct Side: Sendable {
        package let labels: [ImageLabel]
        /// The digests of its roots, sorted.
        package let digests: [Digest]
    }

    /// The names that the pair has in common, or those of both sides if names were ignored.
    package let labels: [ImageLabel]
    package let old: Side?
    package let new: Side?
    /// Of the indexes. `nil` if these were compared too often before.
    package let annotations: [AnnotationDifference]?
    package let platforms: [PlatformDifference]
    package let isSame: Bool
}

/// The differences between two manifests of an image, or one manifest without a partner.
package struct PlatformDifference: Sendable {
    package let old: ComparedPlatform?
    package let new: ComparedPlatform?
    /// Of the entries in the indexes.
    package let annotations: [AnnotationDifference]
    /// `nil` if a manifest is absent, or if its documents were compared too often before.
    package let details: ManifestDifference?
    package let isSame: Bool

    /// Whether another manifest describes the image.
    package var hasOtherManifest: Bool { old?.descriptor.digest != new?.descriptor.digest }
    package var hasOtherAttestations: Bool { old?.attestations != new?.attestations }
}

/// Compares images, and keeps what was found about documents that they share.
struct ImageComparison {
    private let (old, new): (ComparedSource, ComparedSource)
    private let isPartial: Bool
    private let isExact: Bool
    private let comparesAnnotations: Bool
    private var manifests: ManifestDifferences
    private var repeats = RepeatedDocuments()
    private var sets = AnnotationSets()
    private(set) var ignoresAnnotations = false

    /// `isPartial`: Whether only some platforms are compared, so that an index may be absent.
    init(_ old: ComparedSource, _ new: ComparedSource, isPartial: Bool, isExact: Bool) {
        (self.old, self.new) = (old, new)
        self.isPartial = isPartial
        self.isExact = isExact
        comparesAnnotations = old.hasAnnotations && new.hasAnnotations
        manifests = ManifestDifferences(old.graph, new.graph)
    }

    mutating func difference(
        _ pair: ComparedPair<ComparedImages.Image>, _ labels: [ImageLabel]
    ) throws(PlanError) -> ImageDifference {
        var platforms: [PlatformDifference] = []
        for pair in ComparedPlatform.pairs(pair.old?.platforms ?? [], pair.new?.platforms ?? []) {
            platforms.append(try difference(pair))
        }
        let (before, after) = (pair.old.map(Self.side), pair.new.map(Self.side))
        let annotations = indexAnnotations(pair)
        let isSame =
            before != nil && after != nil && annotations?.isEmpty == true && platforms.allSatisfy(\.isSame)
            && (!isExact || isPartial || before?.digests == after?.digests)
        return ImageDifference(
            labels: labels, old: before, new: after, annotations: annotations, platforms: platforms, isSame: isSame)
    }

    private static func side(_ image: ComparedImages.Image) -> ImageDifference.Side {
        .init(labels: image.labels, digests: Set(image.roots.map(\.descriptor.digest)).sorted())
    }

    /// Those of the index of each image. An image without an index has none.
    private mutating func indexAnnotations(_ pair: ComparedPair<ComparedImages.Image>) -> [AnnotationDifference]? {
        guard let (before, after) = pair.both else { return [] }
        let documents = (Self.index(of: before, old.graph), Self.index(of: after, new.graph))
        if isPartial, documents.0 == nil || documents.1 == nil { return [] }
        guard differ(documents.0, documents.1) else { return [] }
        guard repeats.allow([documents.0, documents.1].compactMap(\.self)) else { return nil }
        return AnnotationDifference.between(
            documents.0?.index?.annotations ?? [:], documents.1?.index?.annotations ?? [:], in: .index)
    }

    private static func index(of image: ComparedImages.Image, _ graph: ImageGraph) -> Document? {
        let digests = Set(image.roots.map(\.descriptor.digest))
        guard digests.count == 1, let document = digests.first.flatMap({ graph.documents[$0] }) else { return nil }
        return document.index == nil ? nil : document
    }

    /// Whether annotations that can be compared differ.
    private mutating func differ(_ one: Document?, _ other: Document?) -> Bool {
        guard sets.number(of: one) != sets.number(of: other) else { return false }
        let isComparable =
            comparesAnnotations && one?.lacksAnnotations != true && other?.lacksAnnotations != true
        if !isComparable { ignoresAnnotations = true }
        return isComparable
    }

    private mutating func difference(_ pair: ComparedPair<ComparedPlatform>) throws(PlanError) -> PlatformDifference {
        guard let (before, after) = pair.both else {
            return PlatformDifference(old: pair.old, new: pair.new, annotations: [], details: nil, isSame: false)
        }
        let digests = (before.descriptor.digest, after.descriptor.digest)
        let documents = (old.graph.documents[digests.0], new.graph.documents[digests.1])
        // An absent manifest states no annotations.
        let hasOtherAnnotations = digests.0 != digests.1 && differ(documents.0, documents.1)
        var annotations: [AnnotationDifference] = []
        if comparesAnnotations, let one = before.entryAnnotations, let other = after.entryAnnotations {
            annotations = AnnotationDifference.between(one, other, in: .descriptor)
        }
        // An absent manifest states no config.
        let hasSameContent =
            digests.0 == digests.1
            || before.config != nil && before.config == after.config
                && documents.0?.manifest?.layers.count == documents.1?.manifest?.layers.count
        let isSameImage = hasSameContent && before.hasPlatforms(of: after)
        let isExactlySame = digests.0 == digests.1 && before.attestations == after.attestations
        return PlatformDifference(
            old: before, new: after, annotations: annotations,
            details: try manifests.between(
                digests.0, digests.1, comparesAnnotations: hasOtherAnnotations, &repeats),
            isSame: isSameImage && !hasOtherAnnotations && annotations.isEmpty && (!isExact || isExactlySame))
    }
}

extension Document {
    /// Whether this is a manifest or a list of docker's format, which has no annotations, and none were added.
    fileprivate var lacksAnnotations: Bool {
        let isDocker = mediaType == ImageFormat.docker.manifest || mediaType == ImageFormat.docker.index
        return isDocker && (manifest?.annotations ?? index?.annotations ?? [:]).isEmpty
    }
}

extension ComparedPair {
    /// `nil` if one side is absent.
    fileprivate var both: (Value, Value)? {
        if let old, let new { (old, new) } else { nil }
    }
}

/// An artifact that only one source has. Artifacts are compared by their digests.
package struct ArtifactDifference: Sendable {
    package let artifact: Artifact
    package let isAdded: Bool
    /// Whether it describes an image, so that the images may be the same without it.
    package let isNote: Bool

    static func between(_ old: ComparedSource, _ new: ComparedSource) -> [ArtifactDifference] {
        let (before, after) = (GraphContents(old.graph).artifacts, GraphContents(new.graph).artifacts)
        let (known, found) = (Set(before.map(\.descriptor.digest)), Set(after.map(\.descriptor.digest)))
        func differences(_ artifacts: [Artifact], _ others: Set<Digest>, isAdded: Bool) -> [ArtifactDifference] {
            artifacts.filter { !others.contains($0.descriptor.digest) }.map {
                ArtifactDifference(
                    artifact: $0, isAdded: isAdded, isNote: $0.subject != nil || $0.descriptor.isAttestation)
            }
        }
        let all = differences(before, found, isAdded: false) + differences(after, known, isAdded: true)
        return old.hasReferrers && new.hasReferrers ? all : all.filter { !$0.isNote }
    }
}
