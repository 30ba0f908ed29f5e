/// One step from a value to a value inside it.
package enum JSONStep: Sendable, Hashable {
    case key(String)
    case index(Int)
}
