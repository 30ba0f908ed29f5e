internal import ByteIO

/// Arguments in, exit code out. The only place that ends the process.
@main
enum Ocimerge {
    static let version = "0.1.0"

    static func main() {
        StandardStreams.occupy()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let console = Console()
        do {
            ProcessEnvironment.exit(try CommandRun.run(arguments, console).rawValue)
        } catch let error as UsageError {
            console.report(usage: error, in: arguments)
            ProcessEnvironment.exit(2)
        } catch let error where ErrorMessage.isUsage(error) {
            console.report(error)
            ProcessEnvironment.exit(2)
        } catch {
            if Interruption.isRequested { Interruption.endProcess() }
            console.report(error)
            ProcessEnvironment.exit(1)
        }
    }
}

/// The exit codes of a command that ends without an error.
enum ExitCode: Int32 {
    case success = 0
    /// `verify` has found errors.
    case unsound = 1
}

/// From a parsed command line to the command that it names.
enum CommandRun {
    static func run(_ arguments: [String], _ console: Console) throws -> ExitCode {
        let parsed = try ArgumentParser.parse(arguments)
        switch parsed.command {
        case "merge":
            try refuseMistypedCommand(arguments)
            try blaming(parsed) { try MergeCommand.run(MergeRequest(parsed), arguments, console) }
        case "pack": try blaming(parsed) { try MergeCommand.run(MergeRequest(parsed), arguments, console) }
        case "push":
            try blaming(parsed) {
                if let spec = parsed.value("spec") {
                    try PushCommand.run(spec: spec, parsed, arguments, console)
                } else {
                    try PushCommand.run(PushRequest(parsed), console)
                }
            }
        case "inspect": try blaming(parsed) { try InspectCommand(InspectRequest(parsed), console).run() }
        case "fix": try blaming(parsed) { try FixPipeline(FixRequest(parsed), console).run() }
        case "verify": return try VerifyCommand(VerifyRequest(parsed), console).run() ? .success : .unsound
        case "ls": try ListCommand.run(LayoutRequest(parsed), console)
        case "tag": try TagCommand.run(LayoutRequest(parsed), console)
        case "rm": try RemoveCommand.run(LayoutRequest(parsed), console)
        case "gc": try CollectCommand.run(LayoutRequest(parsed), console)
        case "login": try LoginCommand.run(LoginRequest(parsed), console)
        case "logout": try LogoutCommand.run(LogoutRequest(parsed), console)
        case "completion": try console.print(Completions.script(for: try CompletionRequest(parsed).shell))
        case "man": try console.print(ManPage.roff(version: Ocimerge.version))
        case "version": try console.print("ocimerge \(Ocimerge.version)\n")
        default: try console.print(try HelpRequest(parsed).topic.map(HelpText.help) ?? HelpText.overview())
        }
        return .success
    }

    /// Where sources lie in volumes, damage is that of one of them.
    private static func blaming(_ parsed: ParsedArguments, _ command: () throws -> Void) throws {
        do { try command() } catch {
            throw VolumeBlame.cause(of: error, sources: parsed.positionals + parsed.values("since"))
        }
    }

    /// The default verb would take `inspcet` for a source; where no such file stands, the likelier meaning is said.
    private static func refuseMistypedCommand(_ arguments: [String]) throws(UsageError) {
        guard let word = arguments.first, word.allSatisfy(\.isLetter), !FileSystem.exists(word),
            CommandTable.command(named: word) == nil
        else { return }
        let suggestion = CommandTable.suggestion(for: word)
        if suggestion != nil { throw .unknownCommand(word, suggestion: suggestion) }
    }
}
