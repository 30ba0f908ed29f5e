internal import ImageSinks

/// Sentences about destinations.
enum DestinationMessage {
    static func sentence(for error: DestinationError) -> String {
        func text(_ path: String) -> String { TerminalText.escaped(path) }
        switch error {
        case .io(let failure): return FileMessage.sentence(for: failure)
        case .exists(let path):
            return "\(text(path)) exists; add to it with --update, replace it with --force, or choose another name"
        case .notALayout(let path):
            return
                "\(text(path)) is not an OCI image layout, so it is neither updated nor replaced; remove it "
                + "yourself or choose another name"
        case .notADirectory(let path): return "\(text(path)) exists and is not a directory; choose another name"
        case .notSupported(let path):
            return "\(text(path)): only OCI image layout directories can be written yet; name a directory"
        case .empty: return "the destination has no name"
        case .parentMissing(let path):
            return "the directory \(text(path)), in which the result should stand, does not exist"
        case .unreadable(let path, let error): return "\(text(path)) \(DocumentMessage.phrase(for: error))"
        }
    }
}
