internal import ByteIO
internal import ImageModel

/// What a command has to say when it is done.
protocol CommandReport {
    /// For people.
    var text: String { get }
    /// All that --quiet leaves: one digest or name a line, for scripts.
    var brief: String { get }
    /// For programs, with every warning that was said.
    func json(warnings: [String]) -> JSONText
}

/// Which of the three is asked for.
protocol ReportChoice {
    var quiet: Bool { get }
    var json: Bool { get }
}

extension MergeRequest: ReportChoice {}
extension PushRequest: ReportChoice {}
extension FixRequest: ReportChoice {}
extension LayoutRequest: ReportChoice {}
extension LoginRequest: ReportChoice {}
extension LogoutRequest: ReportChoice {}

extension Console {
    func print(
        _ report: some CommandReport, _ choice: some ReportChoice, to stream: StandardStreams.Stream = .output
    ) throws(IOFailure) {
        if choice.json {
            try print(TerminalText.escaped(json: report.json(warnings: warnings)), to: stream)
        } else {
            try print(choice.quiet ? report.brief : report.text, to: stream)
        }
    }
}
