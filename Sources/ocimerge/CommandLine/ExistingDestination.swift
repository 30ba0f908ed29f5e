/// What becomes of a destination that exists.
enum ExistingDestination: Sendable, Equatable {
    case refuse
    /// Add or replace the named image.
    case update
    /// Replace the whole.
    case force
}
