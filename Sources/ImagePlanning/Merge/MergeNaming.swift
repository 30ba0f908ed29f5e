internal import ImageModel

/// Decides which images of the sources become one image of the result, and its names.
struct MergeNaming {
    struct Part {
        let source: Int
        /// The number of the group of images in the source.
        let group: Int
        let roots: [ImageGraph.Root]
    }

    struct Job {
        var labels: [ImageLabel]
        var parts: [Part]
        var notes: [PlanNote] = []

        /// The groups of images, each as the numbers of its source and group. Jobs with the same groups have the same result.
        var groups: [[Int]] { parts.map { [$0.source, $0.group] } }
    }

    let inputs: [MergeInput]
    let options: MergeOptions
    /// The images of each source.
    let groups: [[ImageGroup]]

    /// One job if every source holds one image; else one per name, in the order of names.
    func jobs() throws(PlanError) -> [Job] {
        if let empty = groups.firstIndex(where: \.isEmpty) {
            throw .conflict(.nothingToMerge(source: inputs[empty].source))
        }
        if groups.allSatisfy({ $0.count == 1 }) {
            let parts = groups.enumerated().map { Part(source: $0, group: 0, roots: $1[0].roots) }
            let names = groups.map { $0[0].labels }
            let labels = singleLabels(names)
            let isNameLost = labels.isEmpty && names.allSatisfy { !$0.isEmpty }
            return [Job(labels: labels, parts: parts, notes: isNameLost ? [.noCommonName(Self.shown(names))] : [])]
        }
        guard options.tags.isEmpty else {
            let names = Set(groups.joined().flatMap(\.labels)).map(\.description).sorted()
            throw .conflict(.severalImages(count: groups.map(\.count).max() ?? 0, names: names))
        }
        return try joinedByName()
    }

    /// The names that the user gives, else those on which all sources agree.
    private func singleLabels(_ labels: [[ImageLabel]]) -> [ImageLabel] {
        if !options.tags.isEmpty { return options.tags.map(ImageLabel.full) }
        guard let first = labels.first else { return [] }
        return first.filter { label in labels.allSatisfy { $0.contains(label) } }.sorted()
    }

    /// One name of each source, at most four names.
    private static func shown(_ labels: [[ImageLabel]]) -> [String] {
        Set(labels.compactMap(\.first)).sorted().prefix(4).map(\.description)
    }

    private func joinedByName() throws(PlanError) -> [Job] {
        var byName: [ImageLabel: [Part]] = [:]
        for (source, ofSource) in groups.enumerated() {
            for (number, group) in ofSource.enumerated() {
                if group.labels.isEmpty { throw .conflict(.unnamedAmongNamed(source: inputs[source].source)) }
                for label in group.labels {
                    byName[label, default: []].append(Part(source: source, group: number, roots: group.roots))
                }
            }
        }
        return byName.sorted { $0.key < $1.key }.map { label, parts in
            var job = Job(labels: [label], parts: parts)
            if parts.count == 1, inputs.count > 1 {
                job.notes = [.onlyInOne(name: label.description, source: inputs[parts[0].source].source)]
            }
            return job
        }
    }
}

/// The sets into which 0..<count falls when numbers are joined pair by pair.
struct DisjointSets {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func representative(of element: Int) -> Int {
        var element = element
        while parents[element] != element {
            parents[element] = parents[parents[element]]
            element = parents[element]
        }
        return element
    }

    mutating func join(_ one: Int, _ other: Int) {
        let (first, second) = (representative(of: one), representative(of: other))
        parents[max(first, second)] = min(first, second)
    }
}
