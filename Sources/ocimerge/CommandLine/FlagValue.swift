/// Whether a flag takes a value, and what help calls it.
enum FlagValue: Sendable, Equatable {
    case none
    case required(_ name: String, _ kind: ValueKind)
    /// Taken after `=`, or from the next argument when its kind recognises that.
    case optional(_ name: String, _ kind: ValueKind)

    var kind: ValueKind? {
        switch self {
        case .none: nil
        case .required(_, let kind), .optional(_, let kind): kind
        }
    }
}
