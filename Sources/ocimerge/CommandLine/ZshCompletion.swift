/// Completion for zsh, as an autoloaded `_ocimerge` or sourced.
enum ZshCompletion {
    static func script() -> String {
        """
        #compdef ocimerge
        # zsh completion for ocimerge

        _ocimerge() {
            local curcontext=$curcontext context state state_descr line command=\(CommandTable.unnamed.name)
            typeset -A opt_args
            local -a commands=(
        \(descriptions())
            )
            if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
                _describe -t commands command commands
                _files
                return
            fi
            if (( ${commands[(I)${(q)words[2]}:*]} )); then
                command=$words[2]
                shift words
                (( CURRENT-- ))
            fi
            case $command in
        \(CommandTable.all.map(branch).joined(separator: "\n"))
            esac
        }

        if [[ $funcstack[1] == _ocimerge ]]; then
            _ocimerge "$@"
        else
            compdef _ocimerge ocimerge
        fi

        """
    }

    private static func descriptions() -> String {
        CommandTable.all.map { "        \(Completions.quoted("\($0.name):\($0.summary)"))" }.joined(separator: "\n")
    }

    private static func branch(_ command: Command) -> String {
        let words = command.flags.flatMap { specifications($0, of: command) } + command.positionals.flatMap(arguments)
        let lines = words.map { "            \(Completions.quoted($0))" }.joined(separator: " \\\n")
        return "    \(command.name))\n        _arguments -s -S : \\\n\(lines)\n        ;;"
    }

    private static func specifications(_ flag: Flag, of command: Command) -> [String] {
        let rivals = command.exclusive.filter { $0.contains(flag.long) }.flatMap(\.self)
            .filter { $0 != flag.long }.map { "--\($0)" }
        let excluded = (flag.repeatable ? [] : flag.spellings) + rivals
        let prefix = (excluded.isEmpty ? "" : "(\(excluded.joined(separator: " ")))") + (flag.repeatable ? "*" : "")
        return flag.spellings.map { spelling in
            let isLong = spelling == "--\(flag.long)"
            let description = "[\(escaped(flag.help))]"
            return switch flag.value {
            case .none: "\(prefix)\(spelling)\(description)"
            case .required(let name, let kind):
                "\(prefix)\(spelling)\(isLong ? "=" : "+")\(description):\(escaped(name)):\(action(for: kind))"
            case .optional(let name, let kind):
                "\(prefix)\(spelling)\(isLong ? "=-" : "-")\(description)::\(escaped(name)):\(action(for: kind))"
            }
        }
    }

    private static func arguments(_ positional: Positional) -> [String] {
        let action = "\(positional.name):\(action(for: positional.kind))"
        guard let maximum = positional.maximum else { return ["*:\(action)"] }
        return (0..<maximum).map { ($0 < positional.minimum ? ":" : "::") + action }
    }

    private static func action(for kind: ValueKind) -> String {
        guard let words = Completions.words(for: kind) else { return "_files" }
        let list = words.joined(separator: " ")
        if kind == .platformList { return "{_values -s , platform \(list)}" }
        return words.isEmpty ? " " : "(\(list))"
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\", "[", "]", ":": "\\\(scalar)"
            default: String(scalar)
            }
        }.joined()
    }
}
