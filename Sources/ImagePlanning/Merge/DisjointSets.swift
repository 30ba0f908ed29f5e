/// Which of 0..<count belong together, joined pair by pair.
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
