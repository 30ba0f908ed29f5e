internal import ByteIO

/// The entry point: reads the arguments and is the only place that ends the process.
@main
enum Ocimerge {
    static let version = "0.1.0"
    /// The date of the version, which manual pages state.
    static let date = "2026-11-30"

    static func main() {
        StandardStreams.occupy()
        CrashNotice.install(CrashMessage.line)
        let arguments = Array(CommandLine.arguments.dropFirst())
        Marks.adopt(LocaleName())
        let console = Console()
        do throws(CommandError) {
            if let number = ProcessEnvironment.invalidArgument {
                throw CommandError(UsageError.notUTF8(arguments[number - 1]))
            }
            ProcessEnvironment.exit(try CommandRun.run(arguments, console).rawValue)
        } catch {
            if !error.cause.isUsage, Interruption.isRequested { Interruption.endProcess() }
            console.report(error, arguments)
            ProcessEnvironment.exit((error.cause.isUsage ? ExitCode.usage : .failure).rawValue)
        }
    }
}

/// The exit codes of the program.
enum ExitCode: Int32 {
    case success = 0
    /// The command failed, `verify` has found errors, or `diff` differences.
    case failure = 1
    /// The command line is wrong.
    case usage = 2
}

/// Parses a command line and runs the command that it names.
enum CommandRun {
    static func run(_ arguments: [String], _ console: Console) throws(CommandError) -> ExitCode {
        if arguments.first == CompletionCommand.name {
            try print(CompletionCommand.answer(to: Array(arguments.dropFirst())), console)
            return .success
        }
        try CommandError.checked { () throws(UsageError) in try refuseMistypedCommand(arguments) }
        let parsed = try CommandError.checked { () throws(UsageError) in try ArgumentParser.parse(arguments) }
        console.adopt(OutputOptions(parsed))
        console.announce(InterruptedWork(parsed))
        do throws(CommandError) {
            return try run(parsed, arguments, console)
        } catch {
            throw parsed.work.readsVolumes ? DamagedVolume.cause(of: error, sources: parsed) : error
        }
    }

    private static func run(
        _ parsed: ParsedArguments, _ arguments: [String], _ console: Console
    ) throws(CommandError) -> ExitCode {
        func request<Request>(
            _ parse: (ParsedArguments) throws(UsageError) -> Request
        ) throws(CommandError) -> Request {
            return try CommandError.checked { () throws(UsageError) in try parse(parsed) }
        }
        switch parsed.command {
        case "merge", "pack": try MergePipeline(request(MergeRequest.init(_:)), arguments, console).run()
        case "copy", "pull": try MergePipeline(request(MergeRequest.init(copying:)), arguments, console).run()
        case "push":
            if let spec = parsed.value("spec") {
                try MergePipeline(pushing: spec, parsed, arguments, console).run()
            } else {
                try PushPipeline(request(PushRequest.init), arguments, console).run()
            }
        case "login": try LoginCommand.run(request(LoginRequest.init), console)
        case "logout": try LogoutCommand.run(request(LogoutRequest.init), console)
        case "completion": try print(Completions.script(for: request(CompletionRequest.init).shell), console)
        case "man": try ManCommand.run(request(ManRequest.init), console)
        case "schema":
            try print(Schemas.text(of: parsed.positionals.first, version: Ocimerge.version), console)
        case "version" where parsed.has(Flag.version.long): try print(VersionReport.line, console)
        case "version": try console.finish(VersionReport(), request(RunOptions.init))
        case "inspect", "digest": try InspectCommand(request(InspectRequest.init), console).run()
        case "cat": try CatCommand(request(CatRequest.init), console).run()
        case "fix": try RevisionPipeline(FixWork(request(FixRequest.init)), console).run()
        case "edit": try RevisionPipeline(EditWork(request(EditRequest.init)), console).run()
        case "verify":
            return try VerifyCommand(request(VerifyRequest.init), console).run() ? .success : .failure
        case "diff":
            return try DiffCommand.run(request(DiffRequest.init), console) ? .success : .failure
        case "ls": try ListCommand.run(request(ListRequest.init), console)
        case "tag": try TagCommand.run(request(LayoutRequest.init), console)
        case "rm": try RemoveCommand.run(request(LayoutRequest.init), console)
        case "gc": try CollectCommand.run(request(LayoutRequest.init), console)
        default: try print(request(HelpRequest.init).subject.map(HelpText.text) ?? HelpText.overview(), console)
        }
        return .success
    }

    private static func print(_ text: String, _ console: Console) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in
            try console.print(text)
            try StandardStreams.finish(.output)
        }
    }

    /// `inspcet` and the verbs of other tools would be sources of the default command. If no such file exists, the error
    /// names the command to type.
    private static func refuseMistypedCommand(_ arguments: [String]) throws(UsageError) {
        guard let word = arguments.first, word.first?.isLetter == true,
            word.allSatisfy({ $0.isLetter || $0 == "-" }), !FileSystem.exists(word),
            CommandTable.command(named: word) == nil
        else { return }
        if let advice = ForeignVerbs.advice(for: word) { throw .foreignVerb(word, advice: advice) }
        let suggestion = CommandTable.suggestion(for: word)
        // With a destination the word is a source that is missing.
        let isMerge = arguments.contains { $0.hasPrefix("-o") || $0.hasPrefix("--output") }
        if suggestion != nil || !isMerge { throw .unknownCommand(word, suggestion: suggestion) }
    }
}
