/// A part of a spec.
package enum SpecPlace: Equatable, Sendable {
    case whole
    case value(of: String)
    case item(of: String)
    case key(of: String)
}
