/// Completion for fish 3 and later.
enum FishCompletion {
    static let script = """
        # fish completion for ocimerge

        function __ocimerge_complete
            set -l words (commandline -opc)
            set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
            set -l typed (commandline -ct | string unescape)
            set -l reply
            if command -q -- $program
                set reply ($program __complete fish $words[2..] "$typed" 2>/dev/null </dev/null)
            end
            set -l first (string split \\t -- "$reply[1]")
            if set -q reply[2]
                printf '%s\\n' $reply[2..]
            else if test "$first[1]" != words
                set -l path (string sub -s (math 1 + (string length -- "$first[2]")) -- "$typed")
                for word in (__fish_complete_path "$path")
                    printf '%s\\n' "$first[2]$word"
                end
            end
        end

        complete -c ocimerge -e
        complete -c ocimerge -f -a '(__ocimerge_complete)'

        """
}
