internal import ByteIO

extension SideFileError: Reportable {
    var sentence: String {
        switch self {
        case .exists(let path, let option):
            "\(TerminalText.part(path)) exists; replace it with --force, or name another file with \(option)"
        case .notAFile(let path, let option):
            "\(TerminalText.part(path)) is not a regular file; name another one with \(option)"
        case .standardStream(let option): "\(option) names a file; standard output is for the report"
        case .io(let failure): failure.sentence
        }
    }

    var isUsage: Bool { if case .standardStream = self { true } else { false } }
}

extension IncompleteSideFile: Reportable {
    var sentence: String { "the result is complete, but \(TerminalText.part(path)) is missing: \(cause.sentence)" }
}
