/// One kind of argument that is not a flag.
struct Positional: Sendable, Equatable {
    /// As help writes it: `SOURCE`.
    let name: String
    let kind: ValueKind
    let minimum: Int
    /// nil: any number, allowed for the last one of a command only.
    let maximum: Int?
    /// The long name of the option beside which none is needed.
    var substitute: String?
}
