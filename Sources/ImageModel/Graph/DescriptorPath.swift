/// Where in a source something stands: from its top document through descriptors down to the place.
package struct DescriptorPath: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// A file at the top, and members of documents below it.
        package let name: String
        package let index: Int?
        /// Of the image that the step leads to, where it says.
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

    /// The same place, whose last step leads to an image for `platform`.
    package func marked(_ platform: Platform?) -> DescriptorPath {
        var result = self
        if let last = result.steps.indices.last { result.steps[last].platform = platform }
        return result
    }

    /// Top down; members of one list by number.
    package func precedes(_ other: DescriptorPath) -> Bool {
        for (one, two) in zip(steps, other.steps) {
            if one.name != two.name { return one.name < two.name }
            if one.index != two.index { return (one.index ?? -1) < (two.index ?? -1) }
        }
        return steps.count < other.steps.count
    }
}
