internal import ByteIO

/// The entry point: reads the arguments and is the only place that ends the process.
@main
enum Ocimerge {
    static let version = "0.1.0"

    static func main() {
        StandardStreams.occupy()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let console = Console()
        do throws(CommandError) {
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
    /// The command failed, or `verify` has found errors.
    case failure = 1
    /// The command line is wrong.
    case usage = 2
}

/// Parses a command line and runs the command that it names.
enum CommandRun {
    static func run(_ arguments: [String], _ console: Console) throws(CommandError) -> ExitCode {
        let parsed: ParsedArguments
        do throws(UsageError) { parsed = try ArgumentParser.parse(arguments) } catch { throw CommandError(error) }
        do {
            return try run(parsed, arguments, console)
        } catch {
            throw CommandError(erased: readsVolumes(parsed) ? DamagedVolume.cause(of: error, sources: parsed) : error)
        }
    }

    private static func run(
        _ parsed: ParsedArguments, _ arguments: [String], _ console: Console
    ) throws -> ExitCode {
        switch parsed.command {
        case "merge":
            try refuseMistypedCommand(arguments)
            try MergePipeline(MergeRequest(parsed), arguments, console).run()
        case "pack": try MergePipeline(MergeRequest(parsed), arguments, console).run()
        case "push":
            if let spec = parsed.value("spec") {
                try MergePipeline(pushing: spec, parsed, arguments, console).run()
            } else {
                try PushPipeline(PushRequest(parsed), console).run()
            }
        case "inspect": try InspectCommand(InspectRequest(parsed), console).run()
        case "fix": try FixPipeline(FixRequest(parsed), console).run()
        case "verify": return try VerifyCommand(VerifyRequest(parsed), console).run() ? .success : .failure
        case "ls": try ListCommand.run(LayoutRequest(parsed), console)
        case "tag": try TagCommand.run(LayoutRequest(parsed), console)
        case "rm": try RemoveCommand.run(LayoutRequest(parsed), console)
        case "gc": try CollectCommand.run(LayoutRequest(parsed), console)
        case "login": try LoginCommand.run(LoginRequest(parsed), console)
        case "logout": try LogoutCommand.run(LogoutRequest(parsed), console)
        case "completion": try console.print(Completions.script(for: CompletionRequest(parsed).shell))
        case "man": try console.print(ManPage.roff(version: Ocimerge.version))
        case "version": try console.print("ocimerge \(Ocimerge.version)\n")
        default: try console.print(try HelpRequest(parsed).topic.map(HelpText.help) ?? HelpText.overview())
        }
        return .success
    }

    /// Whether damage in a source can be that of a volume. `verify` checks the list of volumes itself.
    private static func readsVolumes(_ parsed: ParsedArguments) -> Bool {
        ["merge", "pack", "push", "inspect", "fix"].contains(parsed.command)
    }

    /// `inspcet` would be a source of the default command. If no such file exists, the error suggests the command.
    private static func refuseMistypedCommand(_ arguments: [String]) throws(UsageError) {
        guard let word = arguments.first, word.allSatisfy(\.isLetter), !FileSystem.exists(word),
            CommandTable.command(named: word) == nil
        else { return }
        let suggestion = CommandTable.suggestion(for: word)
        if suggestion != nil { throw .unknownCommand(word, suggestion: suggestion) }
    }
}
