internal import ImageModel

extension UsageError: Reportable {
    /// The command that prints help for the wrong line: for one command if the line names it.
    func hint(_ arguments: [String]) -> String {
        switch self {
        case .noArguments, .unknownCommand, .unknownSubject, .foreignVerb, .commandNotFirst:
            return "Try 'ocimerge --help'."
        default:
            if let lines = UsageAdvice.lines(for: self, arguments) { return "Try: \(lines)" }
            let command = arguments.first.flatMap(CommandTable.command(named:)) ?? CommandTable.unnamed
            return "Try 'ocimerge help \(command.name)'."
        }
    }

    var sentence: String {
        switch self {
        case .noArguments:
            "no source is given; see ocimerge help"
        case .notUTF8(let argument): "argument \(quoted(argument)) is not valid UTF-8; rename the file"
        case .unknownCommand(let word, let suggestion):
            suggestion.map { "unknown command \(quoted(word)); did you mean \($0)?" }
                ?? "\(quoted(word)) is neither a command nor a file"
        case .unknownSubject(let word, let suggestion):
            "no command or topic \(quoted(word)); " + (suggestion.map { "did you mean \($0)?" } ?? "see ocimerge help")
        case .foreignVerb(let word, let advice): "there is no command \(quoted(word)); \(advice)"
        case .foreignOption(let option, let advice): "there is no option \(option); \(advice)"
        case .misplacedOption(let option, let command, let advice): "\(command) has no option \(option); \(advice)"
        case .severalPushSources(let sources, let reference):
            "push takes one SOURCE; to join and push, write ocimerge "
                + sources.map(ShellText.quoted).joined(separator: " ")
                + " -o \(ShellText.quoted(RegistryReference.scheme + reference))"
        case .commandNotFirst(let name):
            "the command \(name) must come before its options; a file of that name is ./\(name)"
        case .unknownOption(let option, let command, let suggestion, let owners):
            unknown(TerminalText.part(option), command: command, suggestion: suggestion, owners: owners)
        case .dashedFile(let name):
            "\(quoted(name)) begins with a dash; write ./\(TerminalText.part(name))"
        case .missingOption(let option, let value, let command):
            "\(command) needs \(option) \(value)"
        case .missingValue(let option, let value, nil):
            "\(option) needs a value: \(option) \(value)"
        case .missingValue(let option, let value, let found?):
            "\(option) needs a value: \(option) \(value), but \(quoted(found)) follows"
        case .emptyValue(let option):
            "the value of \(option) is empty"
        case .unexpectedValue(let option, let value):
            "\(option) takes no value, but \(quoted(value)) is given"
        case .repeatedOption(let option):
            "\(option) is given more than once"
        case .exclusiveOptions(let first, let second):
            "\(first) and \(second) cannot be combined"
        case .dependentOption("--fix", let other):
            "--fix requires \(other); to correct one image while pushing, write ocimerge SOURCE -o docker://REF --fix"
        case .dependentOption(let option, let other):
            "\(option) requires \(other)"
        case .severalRegistries(let first, let second):
            "--username is for one registry, but \(quoted(first)) and \(quoted(second)) are named; log in to each with "
                + "ocimerge login"
        case .missingPositional(let name, let command):
            "\(command) needs \(article(for: name)) \(name)"
        case .missingPositionals(let needed, let command, let given):
            "\(command) needs \(WordList.text(needed, with: "and"))"
                + (given.isEmpty ? "" : ", but only \(WordList.text(given.map(quoted), with: "and")) is given")
        case .platformPositional(let platform, let command, let value?):
            "\(command) \(UsageAdvice.positionals(of: command)), but platform \(quoted(platform)) is given too; list "
                + "several platforms in one option: --platform \(TerminalText.part(value)),\(TerminalText.part(platform))"
        case .platformPositional(let platform, let command, nil):
            "\(command) \(UsageAdvice.positionals(of: command)), but platform \(quoted(platform)) is given too; "
                + "--platform takes one platform"
        case .emptyPositional(let name, let command):
            "\(article(for: name)) \(name) of \(command) is empty"
        case .unexpectedPositional(let argument, let command):
            "\(command) \(UsageAdvice.positionals(of: command)), but \(quoted(argument)) is given too"
        case .pullsFile(let source, let destination):
            "\(TerminalText.part(source)) is a file; to copy it, write ocimerge copy \(ShellText.quoted(source)) "
                + ShellText.quoted(destination)
        case .unknownChoice(let word, let name, let choices):
            "\(name) must be \(WordList.text(choices, with: "or")), not \(quoted(word))"
        case .severalSources("--files", let count):
            "--files shows one SOURCE, but \(count) are given; a path inside the image is --files=PATH"
        case .severalSources(let option, let count):
            "\(option) shows one SOURCE, but \(count) are given"
        case .invalidJobs(let text, let allowed):
            "-j/--jobs needs a number from \(allowed.lowerBound) to \(allowed.upperBound), not \(quoted(text))"
        case .unknownCompression(let word, let choices):
            "--compress must be \(WordList.text(choices, with: "or")), not \(quoted(word))"
        case .invalidLevel(let text, let method, let allowed?):
            "--compress \(method) takes a level from \(allowed.lowerBound) to \(allowed.upperBound), not "
                + quoted(text)
        case .invalidLevel(let text, let method, nil):
            "--compress \(method) takes no level, but \(quoted(text)) is given"
        case .recompressAlone:
            "--recompress requires --compress"
        case .emptyPlatform(let list):
            "--platform \(quoted(list)) has an empty part"
        case .severalPlatforms(let platform):
            "cannot tell which image to correct; name the old platform: --platform "
                + "OLD=\(TerminalText.part(platform))"
        case .tooLarge(let text, let option): "\(quoted(text)) is too large for \(option)"
        case .invalidSize(let text, let option, let least):
            "\(option) needs a size of at least \(ByteCount.text(least)), as in 4095M or 700MB, not \(quoted(text))"
        case .defaultPlatformElsewhere(let destination):
            "--default-platform applies only to archives for every engine (X.tar, X.tar.gz, X.tar.zst or -), not to "
                + quoted(destination)
        case .malformedRule(let text, let option):
            option == "--mirror"
                ? "\(option) \(quoted(text)) is not a rule; write HOST=HOST2[/PREFIX], e.g. docker.io=mirror.example/hub"
                : "\(option) \(quoted(text)) is not a rule; write FROM=TO, e.g. docker.io/library=registry.example/base"
        case .samePath(let path, let one, let other):
            "\(one) and \(other) both name \(quoted(path)); choose another file for one of them"
        case .writesSource(let path, let option):
            "\(option) \(quoted(path)) would replace a file that the command reads; choose another file"
        case .packsToRegistry(let prefix):
            "pack writes archives and layouts; to send images to a registry, write ocimerge push SOURCE --all "
                + "\(ShellText.quoted(prefix)), or push --list FILE --all \(ShellText.quoted(prefix))"
        case .formatOfDockerArchive(let destination):
            "--format oci does not apply to \(quoted(destination)): a docker-archive has docker's format"
        case .malformedValue(let text, let option, let form):
            "\(quoted(text)) is not valid for \(option); write \(form)"
        case .noChange:
            "edit needs a change, such as --env K=V, --label K=V or --add-layer DIR"
        case .scratchPlatform:
            "edit scratch needs exactly one platform: --platform OS/ARCH"
        case .archiveTarget(let argument, let file):
            "--add-layer \(TerminalText.part(argument)): \(TerminalText.part(file)) is no directory; drop =TARGET: the "
                + "names in an archive are the paths in the image"
        case .emptyTarget(let argument):
            "--add-layer \(TerminalText.part(argument)): no path after =; write a directory of the image, e.g. =/opt"
        case .scratchRemoval:
            "an image from scratch has no platform to drop and no file to delete"
        case .inPlaceScratch:
            "scratch is no file, so it cannot be changed in place; write -o DEST"
        case .inPlaceStream(let source):
            "\(quoted(source)) is a stream, which cannot be changed in place; write -o DEST"
        case .inPlaceRegistry(let source):
            "cannot change an image in a registry; move a tag to the corrected image with -o "
                + "\(TerminalText.part(source))"
        }
    }

    private func unknown(_ option: String, command: String, suggestion: String?, owners: [String]) -> String {
        let opening = "unknown option \(option) for \(command)"
        let belongs = "\(option) belongs to \(WordList.text(owners, with: "and"))"
        return switch (suggestion, owners.isEmpty) {
        case (nil, true): opening
        case (nil, false): opening + "; " + belongs
        case (let suggestion?, true): opening + "; did you mean \(suggestion)?"
        case (let suggestion?, false): opening + "; " + belongs + ", did you mean \(suggestion)?"
        }
    }

    private func quoted(_ text: String) -> String {
        "'\(TerminalText.part(text))'"
    }

    private func article(for name: String) -> String {
        "AEIO".unicodeScalars.contains(where: { $0 == name.unicodeScalars.first }) ? "an" : "a"
    }

    var isUsage: Bool { true }
}
