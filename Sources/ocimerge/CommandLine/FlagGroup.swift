/// The heading under which help lists a flag; the raw value is that heading.
enum FlagGroup: String, Sendable, CaseIterable {
    case result = "Result"
    case selection = "Selection"
    case run = "Run"
    case report = "Report"
    case registry = "Registry"
    case about = "About"
}
