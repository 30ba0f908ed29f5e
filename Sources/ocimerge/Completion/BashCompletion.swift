/// Completion for bash 4 and later.
enum BashCompletion {
    /// If there are no candidates, bash completes a file name, with its own quoting. The program gets the characters at
    /// which bash breaks words, and answers with the part behind the last break.
    static let script = """
        # bash completion for ocimerge

        _ocimerge() {
            local program=$1 reply
            if [[ $program == '~/'* ]]; then program=$HOME/${program:2}; fi
            mapfile -t reply < <(
                "$program" __complete bash "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null
            )
            COMPREPLY=("${reply[@]:1}")
            if [[ ${reply[0]} == words ]]; then compopt +o default +o bashdefault 2>/dev/null; fi
            if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[/:=] ]]; then compopt -o nospace 2>/dev/null; fi
        }

        complete -o bashdefault -o default -F _ocimerge ocimerge

        """
}
