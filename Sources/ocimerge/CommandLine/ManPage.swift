/// The manual pages: ocimerge(1), a page in section 1 for each command and one in section 7 for each topic.
struct ManPage: Sendable, Equatable {
    let name: String
    let section: Int
    let roff: String

    /// Below a directory of manual pages.
    var path: String { "\(folder)/\(name).\(section)" }
    var folder: String { "man\(section)" }

    private init(_ name: String, section: Int, summary: String, _ release: Release, _ body: [[String]]) {
        let title = [
            ".TH \(Roff.quoted(name.uppercased())) \(section) \"\(release.date)\" "
                + "\(Roff.quoted("ocimerge \(release.version)")) "
                + Roff.quoted(section == 1 ? "User Commands" : "Miscellaneous Information"),
            ".nh", ".ad l",
        ]
        let lines = title + Roff.section("NAME", Roff.filled("\(name) - \(summary)")) + Array(body.joined())
        self.name = name
        self.section = section
        roff = lines.joined(separator: "\n") + "\n"
    }

    /// ocimerge(1), which has every option of every command.
    static func whole(_ release: Release) -> ManPage {
        let body: [[String]] = [
            Roff.section("SYNOPSIS", Roff.lines(ReferenceText.usage)),
            Roff.section("DESCRIPTION", Roff.filled(ReferenceText.introduction)),
            Roff.section("COMMANDS", CommandTable.all.flatMap(summary)),
            Roff.section("SOURCES", Roff.terms(ReferenceText.sources)),
            Roff.section("DESTINATIONS", Roff.terms(ReferenceText.destinations)),
            Roff.section("FILES", Roff.terms(Setting.files.map(\.word))),
            Roff.section("ENVIRONMENT", Roff.terms(Setting.environment.map(\.word))),
            Roff.section("EXIT STATUS", Roff.terms(ReferenceText.exitCodes)),
            Roff.section("EXAMPLES", CommandTable.all.flatMap(\.examples).flatMap(Roff.example)),
            seeAlso(CommandTable.all, HelpTopic.all, others: ["docker", "podman", "skopeo"]),
        ]
        return ManPage("ocimerge", section: 1, summary: ReferenceText.summary, release, body)
    }

    static func page(_ subject: HelpSubject, _ release: Release) -> ManPage {
        switch subject {
        case .command(let command): page(command, release)
        case .topic(let topic): page(topic, release)
        }
    }

    static func all(_ release: Release) -> [ManPage] {
        [whole(release)] + HelpSubject.all.map { page($0, release) }
    }

    private static func page(_ command: Command, _ release: Release) -> ManPage {
        let files = Setting.files.filter { $0.isUsed(by: command) }.map(\.word)
        let variables = Setting.environment.filter { $0.isUsed(by: command) }.map(\.word)
        let examples = command.examples.flatMap(Roff.example)
        let body: [[String]] = [
            Roff.section("SYNOPSIS", Roff.lines(command.usage)),
            Roff.section("DESCRIPTION", description(command).dropFirst().map(\.self)),
            Roff.section("OPTIONS", command.flags.flatMap { Roff.entry(label($0), $0.help) }),
            Roff.section("FILES", files.isEmpty ? [Roff.text("None.")] : Roff.terms(files)),
            Roff.section("ENVIRONMENT", Roff.terms(variables)),
            Roff.section("EXIT STATUS", Roff.terms(ReferenceText.exitCodes(of: command))),
            Roff.section("EXAMPLES", examples.isEmpty ? [Roff.text(command.usage[0])] : examples),
            seeAlso([], HelpTopic.about(command), others: []),
        ]
        return ManPage("ocimerge-\(command.name)", section: 1, summary: command.summary, release, body)
    }

    private static func page(_ topic: HelpTopic, _ release: Release) -> ManPage {
        let commands = CommandTable.all.filter { topic.commands.contains($0.name) }
        let body = [
            Roff.section("DESCRIPTION", Roff.joined(topic.blocks.map(Roff.block))), seeAlso(commands, [], others: []),
        ]
        return ManPage("ocimerge-\(topic.name)", section: 7, summary: topic.summary, release, body)
    }

    private static func summary(_ command: Command) -> [String] {
        [".SS \(Roff.quoted("ocimerge \(command.name)"))"] + Roff.lines(command.usage) + description(command)
            + command.flags.flatMap { Roff.entry(label($0), $0.help) }
    }

    /// Each paragraph begins with a macro, also the first.
    private static func description(_ command: Command) -> [String] {
        let sentence = command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."
        let aliases = command.aliases.isEmpty ? "" : " Also: \(command.aliases.joined(separator: ", "))."
        let rows: [String] = command.table.map(table) ?? []
        return ([sentence + aliases] + command.details).flatMap { [".PP"] + Roff.filled($0) } + rows
    }

    private static func table(_ table: HelpTable) -> [String] {
        [".PP", Roff.text(table.title + ":")] + Roff.lines(table.lines) + Roff.terms(table.words)
    }

    private static func seeAlso(_ commands: [Command], _ topics: [HelpTopic], others: [String]) -> [String] {
        let isWhole = !others.isEmpty
        let pages =
            (isWhole ? [] : ["ocimerge(1)"]) + commands.map { "ocimerge-\($0.name)(1)" }
            + topics.map { "ocimerge-\($0.name)(7)" } + others.map { "\($0)(1)" }
        return Roff.section("SEE ALSO", Roff.filled(pages.joined(separator: ", ")))
    }

    private static func label(_ flag: Flag) -> String {
        let names = flag.spellings.map(Roff.bold).joined(separator: ", ")
        return switch flag.value {
        case .none: names
        case .required(let name, _): "\(names) \\fI\(Roff.escaped(name))\\fR"
        case .optional(let name, _): "\(names)[=\\fI\(Roff.escaped(name))\\fR]"
        }
    }
}

/// The version that a manual page describes, with its date.
struct Release: Sendable, Equatable {
    let version: String
    let date: String

    static let current = Release(version: Ocimerge.version, date: Ocimerge.date)
}
