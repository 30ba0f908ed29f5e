/// Completion for zsh, as an autoloaded `_ocimerge` or sourced.
enum ZshCompletion {
    /// A home directory that is typed as `~` is removed from the candidates. zsh would quote a candidate with a tilde.
    static let script = """
        #compdef ocimerge
        # zsh completion for ocimerge

        _ocimerge() {
            local program=${(Q)words[1]} typed=${(Q)PREFIX} tab=$'\\t' home= line word suffix
            local -a reply open closed
            if [[ $program == '~/'* ]]; then program=$HOME/${program#'~/'}; fi
            reply=("${(@f)$("$program" __complete zsh "${(@Q)words[2,CURRENT-1]}" "$typed" 2>/dev/null </dev/null)}")
            if [[ $PREFIX == '~/'* ]]; then
                home='~/'
                compset -p 2
            fi
            for line in "${(@)reply[2,-1]}"; do
                word=${${line%%$tab*}#$home}
                suffix=${word[-1]}
                word=${word//\\\\/\\\\\\\\}
                word=${word//:/\\\\:}
                if [[ $line == *$tab* ]]; then word+=:${line#*$tab}; fi
                if [[ $suffix == [/:=] ]]; then open+=("$word"); else closed+=("$word"); fi
            done
            local found=1
            if (( $#closed )); then _describe -t ocimerge ocimerge closed && found=0; fi
            if (( $#open )); then _describe -t ocimerge ocimerge open -S '' && found=0; fi
            if (( found )) && [[ $reply[1] != words ]]; then
                word=${${reply[1]#*$tab}#$home}
                if [[ $reply[1] == *$tab?* ]]; then compset -p $#word; fi
                _files && found=0
            fi
            return found
        }

        if [[ $funcstack[1] == _ocimerge ]]; then
            _ocimerge "$@"
        else
            compdef _ocimerge ocimerge
        fi

        """
}
