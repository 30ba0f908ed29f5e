/// One parser of foreign bytes and what must hold for every input.
package struct FuzzTarget: Sendable {
    package let name: String
    /// How inputs are changed so that they stay valid where a change at random would always be refused.
    package let mutation: Mutation
    /// Whether the parser accepts the input. Throws if a property does not hold.
    package let check: @Sendable ([UInt8]) throws -> Bool

    init(_ name: String, _ mutation: Mutation = .bytes, check: @escaping @Sendable ([UInt8]) throws -> Bool) {
        self.name = name
        self.mutation = mutation
        self.check = check
    }

    package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// A property that does not hold.
package struct BrokenProperty: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless the condition is true.
func expect(_ condition: Bool, _ property: @autoclosure () -> String) throws {
    if !condition { throw BrokenProperty(property()) }
}
