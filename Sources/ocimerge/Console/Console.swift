internal import ByteIO
internal import ImageModel

/// Results to standard output, everything else to standard error, one sentence a line.
final class Console {
    private var isHolding = false
    private var held = ""
    /// Every warning that was said, for results that list them.
    private(set) var warnings: [String] = []

    func print(_ text: String, to stream: StandardStreams.Stream = .output) throws(IOFailure) {
        try print(bytes: Array(text.utf8), to: stream)
    }

    func print(bytes: [UInt8], to stream: StandardStreams.Stream = .output) throws(IOFailure) {
        try StandardStreams.write(bytes, to: stream)
    }

    func warn(_ sentence: String) {
        warnings.append(sentence)
        let line = "ocimerge: warning: \(sentence)\n"
        if isHolding { held += line } else { say(line) }
    }

    /// Warnings wait until `body` has ended, however it ended: a progress bar owns the line meanwhile.
    func holdingWarnings<R>(while body: () throws -> R) rethrows -> R {
        isHolding = true
        defer {
            isHolding = false
            say(exchange(&held, with: ""))
        }
        return try body()
    }

    /// Runs `body` with a progress bar, which `--quiet` hides. Warnings wait until `body` has ended.
    func progress<R>(_ run: RunOptions, _ body: (ProgressBar) throws -> R) rethrows -> R {
        let bar = ProgressBar()
        return try holdingWarnings { try bar.shown(!run.quiet) { try body(bar) } }
    }

    func report(_ error: any Error) { say("ocimerge: \(ErrorMessage.sentence(for: error))\n") }

    /// Nobody is left to be told when standard error itself fails.
    func say(_ text: String) { try? StandardStreams.write(Array(text.utf8), to: .error) }

    /// `arguments`: the command line that is wrong.
    func report(usage error: UsageError, in arguments: [String]) {
        if error == .noArguments {
            say(HelpText.overview())
        } else {
            say("ocimerge: \(UsageMessage.sentence(for: error))\n\(UsageMessage.hint(for: error, arguments))\n")
        }
    }
}

/// What a command has to say when it is done.
protocol CommandReport {
    /// For people.
    var text: String { get }
    /// All that --quiet leaves: one digest or name a line, for scripts.
    var brief: String { get }
    /// For programs, with every warning that was said.
    func json(warnings: [String]) -> JSONText
}

extension Console {
    func print(
        _ report: some CommandReport, _ run: RunOptions, to stream: StandardStreams.Stream = .output
    ) throws(IOFailure) {
        if run.json {
            try print(TerminalText.escaped(json: report.json(warnings: warnings)), to: stream)
        } else {
            try print(run.quiet ? report.brief : report.text, to: stream)
        }
    }
}
