import Testing

@testable import ocimerge

@Suite struct CompletionsTests {
    static let lines: [(Shell, String)] = [
        (.bash, "complete -o bashdefault -F _ocimerge ocimerge"),
        (.bash, #"    "merge -o"|"merge --output") _ocimerge_files "$3" ;;"#),
        (
            .bash,
            #"        inspect) _ocimerge_words "--platforms --blobs --history --json --full --raw --config --files --platform --evidence "#
                + #"-u --username --password-stdin --authfile --ca --cert --key --plain-http --insecure "#
                + #"-v --verbose --color -h --help" "" "$current""#
                + " ;;"
        ),
        (.bash, #"    completion) _ocimerge_words "bash zsh fish" "" "$current" ;;"#),
        (.bash, #"    merge) _ocimerge_files "$current" ;;"#),
        (
            .bash,
            "        merge|copy|pack|push|pull|inspect|digest|cat|fix|verify|diff|ls|tag|rm|gc|login|logout|completion|man|help|version) "
                + "command=${COMP_WORDS[1]} first=2 ;;"
        ),
        (.bash, "        if [[ $previous =~ ^-[hiqv]+[a-z]$ ]]; then previous=-${previous: -1}; fi"),
        (.zsh, "#compdef ocimerge"),
        (.zsh, "        'inspect:show the content of an image'"),
        (.zsh, #"            '*-t+[Name the result NAME (repeatable).]:NAME: ' \"#),
        (
            .zsh,
            "            '(--raw --platforms --blobs --json --config --files --history)--raw[Print the exact bytes of the top document of one "
                + #"SOURCE.]' \"#
        ),
        (.zsh, "            '*:SOURCE:_files'"),
        (.zsh, "            ':SHELL:(bash zsh fish)'"),
        (
            .zsh,
            "            '::COMMAND:(merge copy pack push pull inspect digest cat fix verify diff ls tag rm gc login logout completion man help version)'"
        ),
        (.fish, "complete -c ocimerge -n __ocimerge_first -a inspect -d 'show the content of an image'"),
        (.fish, "complete -c ocimerge -n '__ocimerge_is completion' -f -a 'bash zsh fish'"),
        (.fish, "complete -c ocimerge -n '__ocimerge_is inspect' -l json -d 'Print everything as JSON.'"),
        (
            .fish,
            "complete -c ocimerge -n '__ocimerge_is merge' -s t -l tag -x -d 'Name the result NAME (repeatable).'"
        ),
        (.fish, "        echo \"$before$platform\""),
    ]

    @Test(arguments: lines)
    func contains(_ shell: Shell, _ line: String) {
        #expect(Completions.script(for: shell).split(separator: "\n").contains(line[...]))
    }

    @Test(arguments: Shell.allCases)
    func offersEveryFlagAndCommand(_ shell: Shell) {
        let script = Completions.script(for: shell)
        for command in CommandTable.all {
            #expect(script.contains(command.name))
            for flag in command.flags {
                #expect(script.contains(shell == .fish ? "-l \(flag.long)" : "--\(flag.long)"))
            }
        }
    }

    @Test(arguments: [("plain", "'plain'"), ("it's", #"'it'\''s'"#), (#"a\b"#, #"'a\b'"#), ("", "''")])
    func quotes(_ text: String, _ word: String) {
        #expect(Completions.quoted(text) == word)
    }

    @Test func findsWordsByKind() {
        #expect(Completions.words(for: .path) == nil)
        #expect(Completions.words(for: .free) == [])
        #expect(Completions.words(for: .choice(["a"])) == ["a"])
        #expect(Completions.words(for: .platformList) == PlatformShape.common)
        #expect(
            Completions.words(for: .command) == [
                "merge", "copy", "pack", "push", "pull", "inspect", "digest", "cat", "fix", "verify", "diff", "ls",
                "tag", "rm", "gc",
                "login", "logout",
                "completion",
                "man", "help",
                "version",
            ])
    }
}
