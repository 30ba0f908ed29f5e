/// A line a user can type as it stands, and what it does.
struct CommandExample: Sendable, Equatable {
    let line: String
    let what: String
}
