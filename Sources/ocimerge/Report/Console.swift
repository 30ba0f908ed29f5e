internal import ByteIO

/// Results to standard output, everything else to standard error, one sentence a line.
final class Console {
    private(set) var outputFailed = false
    var isQuiet = false

    func print(_ text: String) { print(bytes: Array(text.utf8)) }

    func print(bytes: [UInt8]) {
        if !StandardStreams.write(bytes, to: .output) { outputFailed = true }
    }

    func warn(_ sentence: String) { StandardStreams.write("ocimerge: warning: \(sentence)\n", to: .error) }

    func report(_ error: any Error) {
        StandardStreams.write("ocimerge: \(ErrorMessage.sentence(for: error))\n", to: .error)
    }

    func report(usage error: UsageError) {
        if error == .noArguments {
            StandardStreams.write(HelpText.overview(), to: .error)
        } else {
            StandardStreams.write(
                "ocimerge: \(UsageMessage.sentence(for: error))\nTry 'ocimerge --help'.\n", to: .error)
        }
    }
}
