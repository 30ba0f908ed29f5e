internal import ImageModel

/// The roots of several sources, by the names under which they are packed.
struct PackedRoots {
    struct Member {
        let source: Int
        let root: ImageGraph.Root
        /// The content below the root.
        let found: ImageFinder.Found
        let isArtifact: Bool

        var digest: Digest { root.descriptor.digest }
    }

    private let inputs: [MergeInput]
    private var members: [Member] = []
    /// Roots that attest another root of the same list.
    private(set) var attestations: [(source: Int, root: ImageGraph.Root)] = []

    init(_ inputs: [MergeInput]) {
        self.inputs = inputs
        for (source, input) in inputs.enumerated() {
            let contents = GraphContents(input.graph, source: source)
            let images = Dictionary(contents.images.map { ($0.digest, $0.found) }) { first, _ in first }
            let repeated = RepeatedRoots(input.graph)
            for root in input.graph.roots where !repeated.contains(root) {
                if root.descriptor.isAttestation {
                    attestations.append((source, root))
                    continue
                }
                let found = images[root.descriptor.digest]
                members.append(
                    Member(source: source, root: root, found: found ?? .init(), isArtifact: found == nil))
            }
        }
    }

    /// The roots of each name, sorted by name; those without a name come last. `tags` are the names of the only image.
    func named(_ tags: [ImageName]) throws(PlanError) -> [(label: ImageLabel?, members: [Member])] {
        let images = members.filter { !$0.isArtifact }
        let named = Set(images.filter { !$0.root.labels.isEmpty }.map(\.digest))
        let unnamed = images.filter { !named.contains($0.digest) }
        let groups = ImageGroup.groups(of: images.filter { named.contains($0.digest) }.map(\.root))
        let count = groups.count + Set(unnamed.map(\.digest)).count
        if !tags.isEmpty {
            guard count <= 1, count == 1 || members.count == 1 else {
                let names = groups.compactMap { $0.labels.first?.description }.sorted()
                throw .conflict(.tagForSeveral(count: max(count, members.count), names: names))
            }
            let tagged = images.isEmpty ? members : images
            return Set(tags.map(ImageLabel.full)).sorted().map { ($0, tagged) }
        }
        // Engines find images by their names: of several, none may lack one.
        if count > 1, let first = unnamed.first {
            throw .conflict(.unnamedInPack(source: inputs[first.source].source, first.digest))
        }
        var byLabel: [ImageLabel: [Member]] = [:]
        for member in members {
            for label in Set(member.root.labels) { byLabel[label, default: []].append(member) }
        }
        let artifacts = members.filter { $0.isArtifact && $0.root.labels.isEmpty }
        return byLabel.sorted { $0.key < $1.key }.map { ($0, $1) }
            + [unnamed, artifacts].filter { !$0.isEmpty }.map { (nil, $0) }
    }
}
