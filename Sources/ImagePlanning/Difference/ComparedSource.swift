package import ImageModel

/// One of the two sources of a comparison.
package struct ComparedSource: Sendable {
    package let graph: ImageGraph
    /// Whether the format of the source has annotations. Docker archives have none.
    package let hasAnnotations: Bool
    /// Whether the graph contains the referrers of its images. That of an image in a registry contains none.
    package let hasReferrers: Bool

    package init(_ graph: ImageGraph, hasAnnotations: Bool = true, hasReferrers: Bool = true) {
        self.graph = graph
        self.hasAnnotations = hasAnnotations
        self.hasReferrers = hasReferrers
    }
}

/// A pair to compare. `nil` if the value exists on one side only.
struct ComparedPair<Value> {
    let old: Value?
    let new: Value?
}

/// The images of one source as a comparison counts them: all roots of one name are one image, and so are all roots
/// without a name.
struct ComparedImages {
    struct Image {
        /// Sorted.
        fileprivate(set) var labels: [ImageLabel]
        let roots: [ImageGraph.Root]
        let platforms: [ComparedPlatform]
        /// The cost of a comparison.
        let listings: Int64
    }

    private(set) var images: [Image] = []
    /// The platforms of all images, also of those that are not compared.
    private(set) var everyPlatform: Set<Platform> = []
    private var byLabel: [ImageLabel?: Int] = [:]

    /// Roots that share indexes may list one image very often.
    private static let listingLimit: Int64 = 1_000_000

    /// `wanted`: The platform to compare; `nil` for all of them.
    init(_ source: ComparedSource, platform wanted: Platform?) throws(PlanError) {
        let finder = ImageFinder(source.graph)
        let roots = try ImageGroup.images(of: source.graph, finder).groups.flatMap(\.roots)
        let named = Set(roots.filter { !$0.labels.isEmpty }.map(\.descriptor.digest))
        var labelled: [ImageLabel?: [ImageGraph.Root]] = [:]
        var order: [ImageLabel?] = []
        for root in roots where !root.labels.isEmpty || !named.contains(root.descriptor.digest) {
            for label in root.labels.isEmpty ? [nil] : root.labels.map(Optional.some) {
                if labelled[label] == nil { order.append(label) }
                labelled[label, default: []].append(root)
            }
        }
        var known: [Set<RootKey>: Int] = [:]
        var listed: Int64 = 0
        for label in order {
            let roots = labelled[label] ?? []
            let key = Set(roots.map(RootKey.init))
            if known[key] == nil {
                known[key] = images.count
                let found = try finder.below(roots)
                let listings = Self.listings(found)
                listed += listings
                try Self.check(listings: listed)
                let platforms = platforms(found, roots, source, wanted)
                images.append(Image(labels: [], roots: roots, platforms: platforms, listings: listings))
            }
            guard let number = known[key] else { continue }
            byLabel[label] = number
            if let label { images[number].labels.append(label) }
        }
        for number in images.indices { images[number].labels.sort() }
    }

    private static func listings(_ found: ImageFinder.Found) -> Int64 {
        found.images.reduce(Int64(found.images.count + found.absent.count)) { sum, image in
            sum + Int64(image.descriptor.annotations.count + image.attestations.count)
        }
    }

    /// Throws if the images of a source, or all pairs of them, list more than the limit.
    static func check(listings: Int64) throws(PlanError) {
        if listings > listingLimit { throw .graph(.tooManyListings(listings, limit: listingLimit)) }
    }

    private mutating func platforms(
        _ found: ImageFinder.Found, _ roots: [ImageGraph.Root], _ source: ComparedSource, _ wanted: Platform?
    ) -> [ComparedPlatform] {
        let digests = Set(roots.map(\.descriptor.digest))
        let all =
            found.images.map { ComparedPlatform($0, isRoot: digests.contains($0.manifest), source.graph) }
            + found.absent.map(ComparedPlatform.init(absent:))
        everyPlatform.formUnion(all.compactMap(\.platform))
        guard let wanted else { return all }
        return all.filter { $0.platform.map(wanted.matches) ?? false }
    }

    /// Images pair by name. If each source has exactly one, their names are ignored.
    static func pairs(_ old: ComparedImages, _ new: ComparedImages) -> [(labels: [ImageLabel], ComparedPair<Image>)] {
        if old.images.count == 1, new.images.count == 1 {
            let labels = Set((old.images + new.images).flatMap(\.labels)).sorted()
            return [(labels, ComparedPair(old: old.images[0], new: new.images[0]))]
        }
        struct Key: Hashable { let old, new: Int? }
        var labels: [Key: [ImageLabel]] = [:]
        var order: [Key] = []
        let names = Set(old.byLabel.keys).union(new.byLabel.keys)
        // Images without a name are last.
        for name in names.compactMap(\.self).sorted().map(Optional.some) + names.filter({ $0 == nil }) {
            let key = Key(old: old.byLabel[name], new: new.byLabel[name])
            if labels[key] == nil { order.append(key) }
            labels[key, default: []] += [name].compactMap(\.self)
        }
        return order.map { key in
            (labels[key] ?? [], ComparedPair(old: key.old.map { old.images[$0] }, new: key.new.map { new.images[$0] }))
        }
    }
}

/// One manifest of an image, for one platform.
package struct ComparedPlatform: Sendable {
    package let platform: Platform?
    /// The platform by which engines select it: that of its descriptor. Members that the descriptor omits are those of
    /// the config.
    package let listedPlatform: Platform?
    package let descriptor: Descriptor
    /// `nil` if the manifest is absent.
    package let config: Digest?
    /// The digests of its attestations, sorted.
    package let attestations: [Digest]
    /// The annotations of its entry in an index. `nil` if no index of the image lists it, or if it has docker's format.
    let entryAnnotations: [String: String]?

    package var isPresent: Bool { config != nil }

    /// Whether no platform contradicts that of the other side. An absent config states no platform.
    func hasPlatforms(of other: ComparedPlatform) -> Bool {
        [(platform, other.platform), (listedPlatform, other.listedPlatform)].allSatisfy { one, other in
            guard let one, let other else { return true }
            return one.normalized == other.normalized
        }
    }

    init(_ image: PlatformImage, isRoot: Bool, _ graph: ImageGraph) {
        platform = image.platform
        listedPlatform = ImageFinder.complete(image.descriptor.platform, with: image.platform) ?? image.platform
        descriptor = image.descriptor
        config = graph.manifest(image.manifest)?.config.digest
        attestations = image.attestations.map(\.descriptor.digest).sorted()
        let isListed = !isRoot && image.entry != nil && descriptor.mediaType != ImageFormat.docker.manifest
        entryAnnotations = isListed ? descriptor.annotations : nil
    }

    init(absent descriptor: Descriptor) {
        platform = descriptor.platform
        listedPlatform = descriptor.platform
        self.descriptor = descriptor
        config = nil
        attestations = []
        entryAnnotations = nil
    }

    /// The manifests of two images by platform. If each image has exactly one, their platforms are ignored.
    static func pairs(_ old: [ComparedPlatform], _ new: [ComparedPlatform]) -> [ComparedPair<ComparedPlatform>] {
        if old.count == 1, new.count == 1 { return [ComparedPair(old: old[0], new: new[0])] }
        let before = Dictionary(grouping: old) { $0.platform?.normalized }
        let after = Dictionary(grouping: new) { $0.platform?.normalized }
        let platforms = Set(before.keys).union(after.keys)
        let sorted = platforms.compactMap(\.self).sorted().map(Optional.some) + platforms.filter { $0 == nil }
        return sorted.flatMap { sameFirst(before[$0] ?? [], after[$0] ?? []) }
    }

    /// An image may hold several manifests for one platform. Manifests with the same config and listed platform are
    /// paired first. Then follow those with the same config, then those at the same position.
    private static func sameFirst(
        _ old: [ComparedPlatform], _ new: [ComparedPlatform]
    ) -> [ComparedPair<ComparedPlatform>] {
        if old.count == 1, new.count == 1 { return [ComparedPair(old: old[0], new: new[0])] }
        var partners: [Int?] = Array(repeating: nil, count: old.count)
        var free = Array(new.indices)[...]
        func pair<Key: Hashable>(by key: (ComparedPlatform) -> Key) {
            var places: [Key: [Int]] = [:]
            for place in free.reversed() { places[key(new[place]), default: []].append(place) }
            for place in old.indices where partners[place] == nil {
                partners[place] = places[key(old[place])]?.popLast()
            }
            free = Set(new.indices).subtracting(partners.compactMap(\.self)).sorted()[...]
        }
        pair { Identity(digest: $0.identity, platform: $0.listedPlatform?.normalized) }
        pair { $0.identity }
        for place in old.indices where partners[place] == nil { partners[place] = free.popFirst() }
        return zip(old, partners).map { ComparedPair(old: $0, new: $1.map { new[$0] }) }
            + free.map { ComparedPair(old: nil, new: new[$0]) }
    }

    private struct Identity: Hashable {
        let digest: Digest
        let platform: Platform?
    }

    private var identity: Digest { config ?? descriptor.digest }
}
