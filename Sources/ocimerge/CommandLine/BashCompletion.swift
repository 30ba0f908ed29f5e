/// Completion for bash 4 and later.
enum BashCompletion {
    /// Bash breaks words at `=` and `:`, so the script puts `--flag=value` and `SOURCE=PLATFORM` together again and sees
    /// only the PATH of `oci:PATH`.
    static func script() -> String {
        """
        # bash completion for ocimerge

        _ocimerge_words() {
            mapfile -t COMPREPLY < <(compgen -P "$2" -W "$1" -- "$3")
        }

        _ocimerge_files() {
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$1")
        }

        # The value of option $2 of command $1, begun as $3; fails where the option takes none.
        _ocimerge_value() {
            case "$1 $2" in
        \(valueCases())
            *) return 1 ;;
            esac
        }

        _ocimerge() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
            local command=\(CommandTable.unnamed.name) first=1 attached= word
            COMPREPLY=()
            if (( COMP_CWORD > 1 )); then
                case ${COMP_WORDS[1]} in
                \(names("|"))) command=${COMP_WORDS[1]} first=2 ;;
                esac
            fi
            for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
                if [[ $word == -- ]]; then
                    _ocimerge_files "$current"
                    return
                fi
            done
            if [[ $current == : ]]; then
                current=
            elif [[ $current == = ]]; then
                current= attached=$previous
            elif [[ $previous == = ]]; then
                attached=${COMP_WORDS[COMP_CWORD-2]}
            fi
            case $attached in
            --*) _ocimerge_value "$command" "$attached" "$current"; return ;;
            ?*) \(action(for: .platform, current: "$current")); return ;;
            esac
            if (( COMP_CWORD > first )); then
                # The last letter of a cluster is the one that waits for a value.
                if [[ $previous =~ ^-[\(switches())]+[a-z]$ ]]; then previous=-${previous: -1}; fi
                case "$command $previous" in
        \(waitingCases())
                    _ocimerge_value "$command" "$previous" "$current"
                    return ;;
                esac
            fi
            if [[ $current == -* ]]; then
                case $command in
        \(flagCases())
                esac
                return
            fi
            if (( COMP_CWORD == 1 )); then
                local found
                _ocimerge_words "\(names(" "))" "" "$current"
                found=("${COMPREPLY[@]}")
                _ocimerge_files "$current"
                COMPREPLY=("${found[@]}" "${COMPREPLY[@]}")
                return
            fi
            case $command in
        \(positionalCases())
            esac
        }

        complete -o bashdefault -F _ocimerge ocimerge

        """
    }

    private static func names(_ separator: String) -> String {
        CommandTable.all.map(\.name).joined(separator: separator)
    }

    private static func pattern(_ command: Command, _ flag: Flag) -> String {
        flag.spellings.map { "\"\(command.name) \($0)\"" }.joined(separator: "|")
    }

    private static func valueCases() -> String {
        CommandTable.all.flatMap { command in
            command.flags.compactMap { flag in
                flag.value.kind.map { "    \(pattern(command, flag))) \(action(for: $0, current: "$3")) ;;" }
            }
        }.joined(separator: "\n")
    }

    /// Where the value is optional the next word may be a positional, so only required values wait.
    private static func waitingCases() -> String {
        let patterns = CommandTable.all.flatMap { command in
            command.flags.compactMap { flag in
                if case .required = flag.value { pattern(command, flag) } else { nil }
            }
        }
        return "        \(patterns.joined(separator: "|")))"
    }

    private static func flagCases() -> String {
        CommandTable.all.map { command in
            let words = command.flags.flatMap(\.spellings).joined(separator: " ")
            return "        \(command.name)) _ocimerge_words \"\(words)\" \"\" \"$current\" ;;"
        }.joined(separator: "\n")
    }

    private static func positionalCases() -> String {
        CommandTable.all.compactMap { command in
            command.positionals.first.map { "    \(command.name)) \(action(for: $0.kind, current: "$current")) ;;" }
        }.joined(separator: "\n")
    }

    private static func action(for kind: ValueKind, current: String) -> String {
        guard let words = Completions.words(for: kind) else { return "_ocimerge_files \"\(current)\"" }
        let list = words.joined(separator: " ")
        if kind != .platformList { return "_ocimerge_words \"\(list)\" \"\" \"\(current)\"" }
        let name = current.dropFirst()
        return "local list=\(current); local before=${list%\"${list##*,}\"}; "
            + "_ocimerge_words \"\(list)\" \"$before\" \"${\(name)##*,}\""
    }

    private static func switches() -> String {
        let letters = CommandTable.all.flatMap(\.flags).filter { $0.value == .none }.compactMap(\.short)
        return String(Set(letters).sorted())
    }
}
