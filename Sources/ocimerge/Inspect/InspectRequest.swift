/// What inspect was asked to show.
struct InspectRequest: Sendable, Equatable {
    enum Form: Sendable, Equatable {
        case tree
        case platforms
        case blobs
        case json
        case raw
        /// Of this platform, as typed; nil: of the only one.
        case config(String?)
    }

    /// One only, where the form is the bytes of one document.
    let sources: [String]
    let form: Form
    /// The executables are looked for to the end of every layer.
    let isFull: Bool
    /// Also where that takes a network.
    let asksEvidence: Bool
    let registry: RegistryChoice

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try RegistryChoice(parsed)
        sources = parsed.positionals
        asksEvidence = parsed.has("evidence")
        isFull = parsed.value("evidence") == "full"
        if let platform = parsed.value("config") {
            form = .config(platform.isEmpty ? nil : platform)
        } else if parsed.has("raw") {
            form = .raw
        } else if parsed.has("json") {
            form = .json
        } else {
            form = parsed.has("platforms") ? .platforms : parsed.has("blobs") ? .blobs : .tree
        }
        for option in ["config", "raw"] where parsed.has(option) && sources.count > 1 {
            throw .severalSources(option: "--\(option)", count: sources.count)
        }
    }
}
