internal import ByteIO
internal import ImageModel

/// Prints results to standard output and everything else to standard error, one sentence per line.
final class Console {
    private var isHolding = false
    private var held = ""
    /// Every printed warning, for results that list them.
    private(set) var warnings: [String] = []
    private var options = OutputOptions()
    private var work = InterruptedWork.reading
    private var kept: @Sendable (_ hasResult: Bool) -> String? = { _ in nil }

    /// Takes over the options of the command line. Before, the defaults apply.
    func adopt(_ options: OutputOptions) { self.options = options }

    /// If a signal ends the process, one line states whether the result is complete.
    func announce(_ work: InterruptedWork) {
        self.work = work
        Interruption.announce { [options, kept] hasResult in
            let label = Self.style(.error, options).bad("ocimerge:")
            let sentences = [work.sentence(hasResult: hasResult), kept(hasResult)].compactMap(\.self)
            return ProgressBar.lineClearing() + sentences.map { "\(label) \($0)\n" }.joined()
        }
    }

    /// If the command fails or a signal ends the process, one more line says what is kept. `sentence` is called once, at the
    /// end; it returns `nil` if nothing is kept. Its argument says whether the result is complete.
    func announce(keeping sentence: @escaping @Sendable (_ hasResult: Bool) -> String?) {
        kept = sentence
        announce(work)
    }

    /// The style of the text on a stream.
    func style(_ stream: StandardStreams.Stream) -> TextStyle { Self.style(stream, options) }

    private static func style(_ stream: StandardStreams.Stream, _ options: OutputOptions) -> TextStyle {
        TextStyle(options, width: StandardStreams.isTerminal(stream) ? StandardStreams.width(stream) : nil)
    }

    func print(_ text: String, to stream: StandardStreams.Stream = .output) throws(IOFailure) {
        try print(bytes: Array(text.utf8), to: stream)
    }

    func print(bytes: [UInt8], to stream: StandardStreams.Stream = .output) throws(IOFailure) {
        try StandardStreams.write(bytes, to: stream)
    }

    func warn(_ sentence: String) {
        let sentence = TerminalText.sentence(sentence)
        warnings.append(sentence)
        let line = "ocimerge: \(style(.error).warning("warning:")) \(sentence)\n"
        if isHolding { held += line } else { say(line) }
    }

    /// Holds warnings until `body` ends or throws, because a progress bar owns the line until then.
    func holdingWarnings<R, Failure: Error>(while body: () throws(Failure) -> R) throws(Failure) -> R {
        isHolding = true
        defer {
            isHolding = false
            say(exchange(&held, with: ""))
        }
        return try body()
    }

    /// A progress bar of the form that the command line wants.
    func makeBar() -> ProgressBar { ProgressBar(ProgressBar.Form(options.progress)) }

    /// Runs `body` with a progress bar. Warnings wait until `body` has ended.
    func progress<R, Failure: Error>(_ body: (ProgressBar) throws(Failure) -> R) throws(Failure) -> R {
        let bar = makeBar()
        return try holdingWarnings { () throws(Failure) in
            try bar.shown { () throws(Failure) in try body(bar) }
        }
    }

    /// Prints the sentence of an error; for an error of usage also the command that prints help. `arguments` are those of
    /// the command line.
    func report(_ error: CommandError, _ arguments: [String]) {
        guard let usage = error.cause as? UsageError else { return report(error.cause) }
        if usage == .noArguments { return say(HelpText.overview()) }
        say("\(errorLine(usage.sentence))\(usage.hint(arguments))\n")
    }

    func report(_ error: some Reportable) {
        for sentence in error.sentences { say(errorLine(sentence)) }
        if let sentence = kept(false) { say(errorLine(sentence)) }
    }

    private func errorLine(_ sentence: String) -> String {
        "\(style(.error).bad("ocimerge:")) \(TerminalText.sentence(sentence))\n"
    }

    /// Prints a sentence at once, from any thread, in the place of a progress line.
    static func note(_ sentence: String) {
        try? StandardStreams.write(Array("\(ProgressBar.clearing())ocimerge: \(sentence)\n".utf8), to: .error)
    }

    /// Prints a decision, with `--verbose` only.
    func detail(_ sentence: @autoclosure () -> String) { if options.isVerbose { Self.note(sentence()) } }

    /// An error of standard error itself is ignored: it cannot be reported.
    func say(_ text: String) { try? StandardStreams.write(Array(text.utf8), to: .error) }
}

/// The result of a command in its three forms.
protocol CommandReport {
    /// The default form.
    func text(_ style: TextStyle) -> String
    /// The form for --quiet: one digest or name per line.
    var brief: String { get }
    /// The form for --json, with every printed warning.
    func json(warnings: [String]) -> JSONText
}

extension Console {
    /// Prints the report of a command that has changed something, at its end. A failure says that the change is complete.
    func finish(
        _ report: some CommandReport, _ run: RunOptions, to stream: StandardStreams.Stream = .output
    ) throws(CommandError) {
        try finish(run, stream) { () throws(IOFailure) in try print(report, run, to: stream) }
    }

    /// The same for a file that such a command prints to standard output.
    func finish(_ bytes: [UInt8], _ run: RunOptions) throws(CommandError) {
        try finish(run, .output) { () throws(IOFailure) in try print(bytes: bytes) }
    }

    private func finish(
        _ run: RunOptions, _ stream: StandardStreams.Stream, _ body: () throws(IOFailure) -> Void
    ) throws(CommandError) {
        do throws(IOFailure) {
            try body()
            try StandardStreams.finish(stream)
        } catch {
            throw run.dryRun ? CommandError(error) : CommandError(UnprintedReport(failure: error))
        }
    }

    /// `nil` if nothing is left.
    func warn(leftover: IOFailure?) { leftover.map(CompletionMessage.leftover).map(warn) }

    /// The same of temporary files. `nil` if nothing is left. A failure is named once.
    func warn(temporary: IOFailure?) {
        guard let temporary, !warnings.contains(CompletionMessage.leftover(temporary)) else { return }
        warn(CompletionMessage.temporary(temporary))
    }

    func print(
        _ report: some CommandReport, _ run: RunOptions, to stream: StandardStreams.Stream = .output
    ) throws(IOFailure) {
        if run.json {
            try print(TerminalText.escaped(json: report.json(warnings: warnings)), to: stream)
        } else {
            try print(run.quiet ? report.brief : report.text(style(stream)), to: stream)
        }
    }
}
