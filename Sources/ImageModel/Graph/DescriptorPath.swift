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

    /// The last step and, through it, those before it. Paths share their beginnings: a graph has a path to every layer of
    /// every image.
    private final class Node: Sendable {
        let parent: Node?
        let name: String
        let index: Int?
        let platform: BoxedPlatform?

        init(_ step: Step, below parent: Node?) {
            self.parent = parent
            name = step.name
            index = step.index
            platform = step.platform.map(BoxedPlatform.init)
        }

        var step: Step { Step(name, index, platform: platform?.platform) }
    }

    /// Few steps have a platform.
    private final class BoxedPlatform: Sendable {
        let platform: Platform

        init(_ platform: Platform) { self.platform = platform }
    }

    private let last: Node?

    private init(_ last: Node?) { self.last = last }

    package init(_ steps: [Step] = []) { last = steps.reduce(nil) { Node($1, below: $0) } }

    package init(_ name: String, _ index: Int? = nil) { self.init([Step(name, index)]) }

    package var isEmpty: Bool { last == nil }

    /// From the top down.
    package var steps: [Step] {
        var steps: [Step] = []
        var node = last
        while let current = node {
            steps.append(current.step)
            node = current.parent
        }
        return steps.reversed()
    }

    package static func == (left: DescriptorPath, right: DescriptorPath) -> Bool {
        left.last === right.last || left.steps == right.steps
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(steps) }

    package func to(_ name: String, _ index: Int? = nil, platform: Platform? = nil) -> DescriptorPath {
        DescriptorPath(Node(Step(name, index, platform: platform), below: last))
    }

    /// The same place, marked with the platform of the image that it leads to.
    package func marked(_ platform: Platform?) -> DescriptorPath {
        guard let last else { return self }
        return DescriptorPath(Node(Step(last.name, last.index, platform: platform), below: last.parent))
    }

    /// The order of places: from the top down, members of one list by number.
    fileprivate static func precedes(_ left: [Step], _ right: [Step]) -> Bool {
        for (one, two) in zip(left, right) {
            if one.name != two.name { return one.name < two.name }
            if one.index != two.index { return (one.index ?? -1) < (two.index ?? -1) }
        }
        return left.count < right.count
    }
}

extension Sequence {
    /// Sorted by number, then by place. Elements of one number and place keep their order.
    package func sorted(by key: (Element) -> (number: Int, place: DescriptorPath)) -> [Element] {
        // The steps of a place are collected once, not in each comparison.
        let keyed = map { element in
            let (number, place) = key(element)
            return (number: number, steps: place.steps, element: element)
        }
        return keyed.enumerated().sorted { left, right in
            let (one, two) = (left.element, right.element)
            if one.number != two.number { return one.number < two.number }
            if DescriptorPath.precedes(one.steps, two.steps) { return true }
            return left.offset < right.offset && !DescriptorPath.precedes(two.steps, one.steps)
        }.map(\.element.element)
    }
}
