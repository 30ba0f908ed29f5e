internal import ImageAudit

/// The rows of a tree about the start check of one image.
enum StartText {
    static func rows(_ examination: Examination?, _ style: TextStyle) -> [[String]] {
        guard let examination else { return [] }
        guard let start = examination.start else { return [row("not checked (--evidence=full checks it)")] }
        let shown = start.findings.filter { !$0.problem.isUsual }
        let remarks = shown.map { finding in
            let mark =
                switch finding.problem.severity {
                case .error: style.bad(Marks.cross) + " "
                case .warning: style.warning("warning: ")
                case .note: ""
                }
            return row(mark + StartMessage.sentence(for: finding))
        }
        let isSound = start.isChecked && (start.severity ?? .note) == .note
        var rows = isSound ? [row("\(style.good(Marks.check)) \(verdict(start))")] : []
        rows += remarks
        if start.findings.contains(where: { $0.problem == .nothingToRun }) {
            rows.append(row("the config names no command"))
        }
        // Programs for another platform, or an emulator: there is neither a verdict nor a finding.
        return rows.isEmpty ? [row("not checked")] : rows
    }

    private static func row(_ text: String) -> [String] { ["    start", text] }

    static func verdict(_ start: StartReport) -> String {
        let program = start.program.map { TerminalText.part($0.absoluteText) } ?? "the command"
        return start.wrapper.map { "\(program) (what \(TerminalText.part($0)) runs is not checked)" } ?? program
    }
}
