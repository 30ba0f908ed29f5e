/// Completion for fish 3 and later.
enum FishCompletion {
    static func script() -> String {
        """
        # fish completion for ocimerge

        function __ocimerge_first
            test (count (commandline -opc)) -eq 1
        end

        function __ocimerge_is
            set -l words (commandline -opc)
            set -l command \(CommandTable.unnamed.name)
            if set -q words[2]; and contains -- $words[2] \(CommandTable.all.map(\.name).joined(separator: " "))
                set command $words[2]
            end
            test $command = $argv[1]
        end

        # The platforms, after those that the value begun on the command line already lists.
        function __ocimerge_platforms
            set -l value (commandline -ct | string replace -r '^--[^=]*=' '')
            set -l before (string match -r '.*,' -- $value)
            for platform in \(PlatformShape.common.joined(separator: " "))
                echo "$before$platform"
            end
        end

        \((["complete -c ocimerge -e"] + CommandTable.all.flatMap(lines)).joined(separator: "\n"))

        """
    }

    private static func lines(for command: Command) -> [String] {
        let condition = "complete -c ocimerge -n '__ocimerge_is \(command.name)'"
        let positionals = command.positionals.first.flatMap { Completions.words(for: $0.kind) }
        let arguments = positionals.map { " -a \(quoted($0.joined(separator: " ")))" } ?? ""
        let takesFiles = command.positionals.contains { Completions.words(for: $0.kind) == nil }
        return ["complete -c ocimerge -n __ocimerge_first -a \(command.name) -d \(quoted(command.summary))"]
            + (takesFiles ? [] : ["\(condition) -f\(arguments)"])
            + command.flags.map { "\(condition)\(option($0))" }
    }

    private static func option(_ flag: Flag) -> String {
        let short = flag.short.map { " -s \($0)" } ?? ""
        let value =
            switch flag.value {
            case .none: ""
            case .required(_, let kind): action(for: kind, required: true)
            case .optional(_, let kind): action(for: kind, required: false)
            }
        return "\(short) -l \(flag.long)\(value) -d \(quoted(flag.help))"
    }

    private static func action(for kind: ValueKind, required: Bool) -> String {
        guard let words = Completions.words(for: kind) else { return required ? " -r -F" : " -F" }
        let list = kind == .platformList ? "(__ocimerge_platforms)" : words.joined(separator: " ")
        return (required ? " -x" : " -f") + (list.isEmpty ? "" : " -a \(quoted(list))")
    }

    /// In single quotes fish knows two escapes.
    private static func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
