internal import ImageModel

/// The platforms of an image that use each of its layers. Collected in time proportional to the manifests and their
/// listings: layers with the same manifests share one list of platforms.
struct LayerUsers {
    private struct Users {
        /// The first platforms, sorted by name.
        let first: [(number: Int, name: String)]
        let count: Int
    }

    /// For each listing, the number of its platform.
    private let listed: [Int]
    private var lists: [Users] = []
    /// For each layer, the position of its list.
    private var places: [Digest: Int] = [:]

    private static let shownLimit = 10
    /// The longest name in a remark, in columns.
    private static let nameLimit = 100

    init(of image: SourceSummary.Image) {
        let texts = image.platforms.map { InspectTree.platform($0.platform) }
        let sorted = Set(texts).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
        listed = texts.compactMap { numbers[$0] }
        let names = sorted.map { DisplayWidth.cut($0, to: Self.nameLimit) }

        // For each manifest, the numbers of its platforms; for each layer, the numbers of its manifests.
        var platforms: [[Int]] = []
        var manifests: [Digest: Int] = [:]
        var users: [Digest: [Int]] = [:]
        for (entry, number) in zip(image.platforms, listed) {
            let digest = entry.descriptor.digest
            if let manifest = manifests[digest] {
                platforms[manifest].append(number)
                continue
            }
            let manifest = platforms.count
            manifests[digest] = manifest
            platforms.append([number])
            for layer in entry.manifest.layers where users[layer.descriptor.digest]?.last != manifest {
                users[layer.descriptor.digest, default: []].append(manifest)
            }
        }

        var known: [[Int]: Int] = [:]
        for (layer, manifests) in users {
            if let place = known[manifests] {
                places[layer] = place
                continue
            }
            var list: [Int] = []
            for number in manifests.flatMap({ platforms[$0] }).sorted() where list.last != number {
                list.append(number)
            }
            known[manifests] = lists.count
            places[layer] = lists.count
            let first = list.prefix(Self.shownLimit + 1).map { (number: $0, name: names[$0]) }
            lists.append(Users(first: first, count: list.count))
        }
    }

    /// The other platforms that use a layer of the listing at `place`; `nil` if there are none. A long list is cut, and so
    /// is a long name: the text stays in proportion to the image.
    func others(of layer: SourceSummary.Layer, at place: Int) -> String? {
        guard let list = places[layer.descriptor.digest] else { return nil }
        let users = lists[list]
        let shown = users.first.lazy.filter { $0.number != listed[place] }.prefix(Self.shownLimit)
        if shown.isEmpty { return nil }
        let rest = users.count - 1 - shown.count
        return shown.map(\.name).joined(separator: ", ")
            + (rest > 0 ? " and \(CountText.text(rest, "other platform"))" : "")
    }
}
