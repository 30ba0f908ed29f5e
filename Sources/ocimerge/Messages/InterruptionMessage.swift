internal import ImageModel

/// The work of a command line, as far as a signal that ends it leaves something behind.
enum InterruptedWork: Sendable, Equatable {
    /// Nothing is written.
    case reading
    /// A file or a directory, which appears as a whole.
    case writing
    /// An archive on standard output.
    case streaming
    /// Content in a registry, where each blob stays.
    case pushing
    /// The removal of single blobs.
    case collecting

    init(_ parsed: ParsedArguments) {
        self = parsed.has("dry-run") ? .reading : Self.work(of: parsed)
    }

    private static func work(of parsed: ParsedArguments) -> InterruptedWork {
        switch parsed.work {
        case .writing: writing(to: parsed.value("output") ?? "")
        case .copying: writing(to: parsed.positionals.last ?? "")
        case .pushing: .pushing
        case .changing: parsed.has("gc") ? .collecting : .writing
        case .collecting: .collecting
        case .reading, .other: .reading
        }
    }

    private static func writing(to destination: String) -> InterruptedWork {
        if destination.hasPrefix(RegistryReference.scheme) { return .pushing }
        return destination == "-" || destination.hasSuffix(":-") ? .streaming : .writing
    }

    /// `hasResult`: Whether a result, or a part of it that stays, has become visible.
    func sentence(hasResult: Bool) -> String {
        switch self {
        case .reading: "interrupted"
        case .writing: hasResult ? "interrupted: the result is complete" : "interrupted: nothing was written"
        case .streaming: "interrupted: the archive on standard output is incomplete"
        case .pushing:
            hasResult
                ? "interrupted: uploaded layers stay in the registry; run the command again to go on"
                : "interrupted: no layer was uploaded"
        case .collecting:
            hasResult
                ? "interrupted: removed blobs are not restored; run ocimerge gc to remove the rest"
                : "interrupted: no blob was removed"
        }
    }
}
