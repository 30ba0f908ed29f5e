/// What a command that keeps house in a layout was asked to do. Names and paths are still text, as typed.
struct LayoutRequest: Sendable, Equatable {
    /// One layout, or images of one.
    let sources: [String]
    /// The new one that `tag` gives.
    let name: String
    let collects: Bool
    let dryRun: Bool
    let quiet: Bool
    let json: Bool

    init(_ parsed: ParsedArguments) {
        let isTag = parsed.command == LayoutRows.tag.name
        sources = isTag ? Array(parsed.positionals.dropLast()) : parsed.positionals
        name = isTag ? parsed.positionals.last ?? "" : ""
        collects = parsed.has("gc")
        dryRun = parsed.has("dry-run")
        quiet = parsed.has("quiet")
        json = parsed.has("json")
    }
}
