internal import ByteIO

/// Results to standard output, everything else to standard error, one sentence a line.
final class Console {
    func print(_ text: String) throws(IOFailure) { try print(bytes: Array(text.utf8)) }

    func print(bytes: [UInt8]) throws(IOFailure) { try StandardStreams.write(bytes, to: .output) }

    func warn(_ sentence: String) { say("ocimerge: warning: \(sentence)\n") }

    func report(_ error: any Error) { say("ocimerge: \(ErrorMessage.sentence(for: error))\n") }

    /// Nobody is left to be told when standard error itself fails.
    func say(_ text: String) { try? StandardStreams.write(Array(text.utf8), to: .error) }

    func report(usage error: UsageError) {
        if error == .noArguments {
            say(HelpText.overview())
        } else {
            say("ocimerge: \(UsageMessage.sentence(for: error))\nTry 'ocimerge --help'.\n")
        }
    }
}
