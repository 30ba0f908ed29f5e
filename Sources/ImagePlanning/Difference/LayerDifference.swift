package import ImageModel

/// The change of one layer between two images.
package struct LayerDifference: Sendable, Equatable {
    package enum Change: String, Sendable { case same, moved, added, removed }

    /// A layer in the list of a manifest.
    package struct Place: Sendable, Equatable {
        /// 0 is the lowest layer.
        package let number: Int
        package let descriptor: Descriptor
    }

    package let change: Change
    /// `nil` if a config states none: layers are then compared by their own digests.
    package let diffID: Digest?
    /// `nil` if the layer was added.
    package let old: Place?
    /// `nil` if the layer was removed.
    package let new: Place?

    /// Whether the same content has another compression.
    package var isRecompressed: Bool {
        guard let old, let new else { return false }
        return old.descriptor.digest != new.descriptor.digest
            || old.descriptor.mediaType.layerCompression != new.descriptor.mediaType.layerCompression
    }

    /// Pairs layers by their diffIDs. Layers that keep their order are the same, all others moved. A removed layer is
    /// listed where it was.
    static func between(_ old: LayerList, _ new: LayerList) -> [LayerDifference] {
        let hasDiffIDs = old.diffIDs != nil && new.diffIDs != nil
        let (before, after) = (old.identities(hasDiffIDs), new.identities(hasDiffIDs))
        var places: [Digest: [Int]] = [:]
        for (place, identity) in after.enumerated().reversed() { places[identity, default: []].append(place) }
        let partners = before.map { places[$0]?.popLast() }
        let moved = movedPlaces(partners)
        var origins: [Int?] = Array(repeating: nil, count: after.count)
        for (place, partner) in partners.enumerated() { if let partner { origins[partner] = place } }

        var found: [LayerDifference] = []
        var next = 0
        func add(_ change: Change, _ from: Int?, _ to: Int?) {
            let identity = from.map { before[$0] } ?? to.map { after[$0] }
            found.append(
                LayerDifference(
                    change: change, diffID: hasDiffIDs ? identity : nil,
                    old: from.map { Place(number: $0, descriptor: old.layers[$0]) },
                    new: to.map { Place(number: $0, descriptor: new.layers[$0]) }))
        }
        func removed(before end: Int) {
            while next < end {
                if partners[next] == nil { add(.removed, next, nil) }
                next += 1
            }
        }
        // The old place of each layer that kept its order, and of those before it the next such place.
        var ends = Array(repeating: before.count, count: after.count)
        for place in after.indices.reversed() {
            let next = place + 1 < after.count ? ends[place + 1] : before.count
            ends[place] = moved.contains(place) ? next : origins[place] ?? next
        }
        for (place, origin) in origins.enumerated() {
            removed(before: ends[place])
            let change: Change = origin == nil ? .added : moved.contains(place) ? .moved : .same
            add(change, origin, place)
        }
        removed(before: before.count)
        return found
    }

    /// The places that are not in the longest increasing part of the list (patience sorting).
    private static func movedPlaces(_ partners: [Int?]) -> Set<Int> {
        let places = partners.compactMap(\.self)
        // For each length the index of the smallest place that ends an increasing part of it.
        var ends: [Int] = []
        var previous: [Int?] = []
        for (index, place) in places.enumerated() {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if places[ends[middle]] < place { low = middle + 1 } else { high = middle }
            }
            previous.append(low > 0 ? ends[low - 1] : nil)
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var moved = Set(places)
        var index = ends.last
        while let kept = index {
            moved.remove(places[kept])
            index = previous[kept]
        }
        return moved
    }
}

/// The layers of one manifest.
struct LayerList {
    let layers: [Descriptor]
    /// One for each layer; `nil` if the config is absent or states another number.
    let diffIDs: [Digest]?

    fileprivate func identities(_ byDiffID: Bool) -> [Digest] {
        byDiffID ? diffIDs ?? [] : layers.map(\.digest)
    }
}

extension LayerList {
    init(_ manifest: ManifestView, _ graph: ImageGraph) {
        let stated = graph.config(of: manifest)?.diffIDs
        self.init(layers: manifest.layers, diffIDs: stated?.count == manifest.layers.count ? stated : nil)
    }
}
