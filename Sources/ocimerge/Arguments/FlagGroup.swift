/// The heading under which help lists a flag; the raw value is that heading.
enum FlagGroup: String, Sendable, CaseIterable {
    case result = "Result"
    case selection = "Selection"
    case registry = "Registry"
    case run = "Run"
    case report = "Report"
    case about = "About"
}
