/// A place in a source: the path from its top document through descriptors.
package struct DescriptorPath: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// The name of a file in the first step, of a member of a document in the others.
        package let name: String
        package let index: Int?
        /// The platform of the image that the step leads to; `nil` if it states none.
        package var platform: Platform?

        package init(_ name: String, _ index: Int? = nil, platform: Platform? = nil) {
            self.name = name
            self.index = index
            self.platform = platform
        }
    }

    package private(set) var steps: [Step]

    package init(_ steps: [Step] = []) { self.steps = steps }

    package init(_ name: String, _ index: Int? = nil) { self.init([Step(name, index)]) }

    package func to(_ name: String, _ index: Int? = nil, platform: Platform? = nil) -> DescriptorPath {
        DescriptorPath(steps + [Step(name, index, platform: platform)])
    }

    /// The same place, marked with the platform of the image that it leads to.
    package func marked(_ platform: Platform?) -> DescriptorPath {
        var result = self
        if let last = result.steps.indices.last { result.steps[last].platform = platform }
        return result
    }

    /// The order of places: from the top down, members of one list by number.
    package func precedes(_ other: DescriptorPath) -> Bool {
        for (one, two) in zip(steps, other.steps) {
            if one.name != two.name { return one.name < two.name }
            if one.index != two.index { return (one.index ?? -1) < (two.index ?? -1) }
        }
        return steps.count < other.steps.count
    }
}
