/// Help for a terminal of 80 columns.
enum HelpText {
    static let width = 80

    private static let column = 22

    static func overview() -> String {
        sections([
            Paragraph.lines(ReferenceText.introduction, width: width),
            ["Usage:"] + ReferenceText.usage.map { "  \($0)" },
            Paragraph.lines(ReferenceText.places, width: width),
            examples(CommandTable.unnamed.examples, title: "Examples:"),
            ["Commands:"] + CommandTable.all.flatMap { definition($0.name, $0.summary) },
            ["Options of every command:"]
                + (Flag.common + [.version]).flatMap { definition($0.label, $0.help) },
            ["Exit status:"] + ReferenceText.exitCodes.flatMap { definition($0.form, $0.meaning) },
            ["Topics:"] + HelpTopic.all.flatMap { definition($0.name, $0.summary) },
            Paragraph.lines(
                "More: ocimerge help COMMAND, ocimerge help TOPIC. Everything as a manual page: ocimerge man.",
                width: width),
        ])
    }

    static func text(_ subject: HelpSubject) -> String {
        switch subject {
        case .command(let command): help(for: command)
        case .topic(let topic): help(for: topic)
        }
    }

    static func help(for command: Command) -> String {
        var rows: [[String]] = [
            Paragraph.lines("ocimerge \(names(of: command)): \(command.summary)", width: width),
            ["Usage:"] + command.usage.map { "  \($0)" },
        ]
        rows += command.details.map { Paragraph.lines($0, width: width) }
        rows += command.table.map(table) ?? []
        rows += FlagGroup.allCases.map { group in
            let flags = command.flags.filter { $0.group == group }
            return flags.isEmpty ? [] : ["\(group.rawValue):"] + flags.flatMap { definition($0.label, $0.help) }
        }
        rows += [examples(command.examples, title: "Examples:"), related(command)]
        return sections(rows)
    }

    static func help(for topic: HelpTopic) -> String {
        var rows = [Paragraph.lines("ocimerge help \(topic.name): \(topic.summary)", width: width)]
        var heading: [String] = []
        for block in topic.blocks {
            if case .heading = block {
                heading = lines(block)
            } else {
                rows.append(heading + lines(block))
                heading = []
            }
        }
        return sections(rows)
    }

    /// `copy (or cp, convert)`
    private static func names(of command: Command) -> String {
        command.name + (command.aliases.isEmpty ? "" : " (or \(command.aliases.joined(separator: ", ")))")
    }

    private static func lines(_ block: HelpTopic.Block) -> [String] {
        switch block {
        case .heading(let title): ["\(title):"]
        case .paragraph(let text): Paragraph.lines(text, width: width)
        case .terms(let words): words.flatMap { definition($0.form, $0.meaning) }
        case .examples(let list): examples(list, title: nil)
        case .lines(let lines): lines.map { "  \($0)" }
        }
    }

    private static func related(_ command: Command) -> [String] {
        let topics = HelpTopic.about(command).map(\.name)
        return topics.isEmpty
            ? [] : Paragraph.lines("See also: ocimerge help \(topics.joined(separator: ", "))", width: width)
    }

    private static func table(_ table: HelpTable) -> [[String]] {
        [
            ["\(table.title):"] + table.lines.map { "  \($0)" },
            table.words.flatMap { Paragraph.definition("  \($0.form)", $0.meaning, column: 12, width: width) },
        ]
    }

    private static func definition(_ label: String, _ text: String) -> [String] {
        // The label of a flag without a short form begins with spaces.
        let fits = DisplayWidth.of(label) + 2 <= width
        let lines = (fits ? [label] : Paragraph.lines(label, width: width - 2)).map { "  \($0)" }
        return lines.dropLast() + Paragraph.definition(lines.last ?? "", text, column: column, width: width)
    }

    private static func examples(_ examples: [CommandExample], title: String?) -> [String] {
        guard !examples.isEmpty else { return [] }
        return (title.map { [$0] } ?? [])
            + examples.flatMap { example in
                ["  \(example.line)"] + Paragraph.lines(example.what, width: width - 6).map { "      \($0)" }
            }
    }

    /// An empty line between sections, none for an empty section.
    private static func sections(_ sections: [[String]]) -> String {
        sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }
}

/// Breaks text into lines between words.
enum Paragraph {
    /// Lines of at most `width` columns; a word that is longer stands alone on its line.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if DisplayWidth.of(line) + 1 + DisplayWidth.of(String(word)) <= width {
                line += " \(word)"
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// A label, and its text from `column` on; a label too long for that stands on its own line.
    static func definition(_ label: String, _ text: String, column: Int, width: Int) -> [String] {
        let margin = String(repeating: " ", count: column)
        let lines = lines(text, width: width - column).map { margin + $0 }
        guard let first = lines.first, DisplayWidth.of(label) + 2 <= column else { return [label] + lines }
        return [DisplayWidth.padded(label, to: column) + first.dropFirst(column)] + lines.dropFirst()
    }
}
