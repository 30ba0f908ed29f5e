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
            try CommandRun.run(arguments, console)
            ProcessEnvironment.exit(0)
        } catch let error as UsageError {
            console.report(usage: error, in: arguments)
            ProcessEnvironment.exit(2)
        } catch let error where ErrorMessage.isUsage(error) {
            console.report(error)
            ProcessEnvironment.exit(2)
        } catch VerifyError.findings {
            ProcessEnvironment.exit(1)
        } catch {
            if Interruption.isRequested { Interruption.endProcess() }
            console.report(error)
            ProcessEnvironment.exit(1)
        }
    }
}
