internal import ByteIO

extension SideFileError: Reportable {
    var sentence: String {
        switch self {
        case .exists(let path): "\(TerminalText.part(path)) exists; replace it with --force, or choose another name"
        case .notAFile(let path): "cannot write \(TerminalText.part(path)): it is not a regular file"
        case .standardStream(let option): "\(option) needs a file: - is not allowed; write ./- for a file of that name"
        case .tooLarge(let path, let limit):
            "cannot write \(TerminalText.part(path)): a receipt has at most \(ByteCount.text(limit)); divide the "
                + "images among several receipts"
        case .io(let failure): failure.sentence
        }
    }

    var isUsage: Bool { if case .standardStream = self { true } else { false } }
}

extension IncompleteSideFile: Reportable {
    var sentence: String { "the result is complete, but \(TerminalText.part(path)) is missing: \(cause.sentence)" }
}
