internal import ByteIO

/// The command lines that a wrong one probably means.
enum UsageAdvice {
    /// `ocimerge inspect a.tar`; `nil` if the line gives no clue. `arguments` is the line as typed.
    static func lines(for error: UsageError, _ arguments: [String]) -> String? {
        guard !arguments.contains(where: { $0.utf8.first == UInt8(ascii: "-") }) else { return nil }
        let words = CommandTable.command(named: arguments.first ?? "") == nil ? arguments : Array(arguments.dropFirst())
        switch error {
        case .missingOption("-o/--output", _, "merge"): return merge(words)
        case .missingPositional("REF", "push") where isPresent(words):
            return ShellText.command(["push"] + words + ["HOST/REPO:TAG"])
        case .missingPositionals(let needed, let command, given: _) where needed.last == "DEST" && words.count == 1:
            return ShellText.command([command] + words + ["DIR/"])
        default: return nil
        }
    }

    /// The last of several arguments is probably the destination, as in `cp`.
    private static func merge(_ words: [String]) -> String? {
        let sources = Array(words.dropLast())
        guard let last = words.last else { return nil }
        if sources.isEmpty {
            return isPresent(words)
                ? ShellText.command(["inspect", last]) + ", or: " + ShellText.command([last, "-o", "DIR/"]) : nil
        }
        guard isPresent(sources), FileSystem.kind(of: last) != .file else { return nil }
        return ShellText.command(sources + ["-o", last])
    }

    private static func isPresent(_ words: [String]) -> Bool {
        !words.isEmpty && words.allSatisfy { FileSystem.kind(of: $0) != nil }
    }

    /// `takes one SOURCE`, `takes SOURCE and DEST`, `takes no argument`
    static func positionals(of command: String) -> String {
        let names = CommandTable.command(named: command)?.positionals.map(\.name) ?? []
        if names.isEmpty { return "takes no argument" }
        return (names.count == 1 ? "takes one " : "takes ") + WordList.text(names, with: "and")
    }
}
