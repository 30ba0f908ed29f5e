internal import ByteIO
internal import ImageSources

extension ImageListErrors: Reportable {
    var sentence: String { sentences.joined(separator: "; ") }

    var sentences: [String] {
        ListMessage.shortened(errors, ListMessage.sentence(for:))
    }
}

/// Sentences about lists of images.
enum ListMessage {
    /// The sentences of the first errors, and the number of the others.
    static func shortened<Failure>(_ errors: [Failure], _ sentence: (Failure) -> String) -> [String] {
        let shown = errors.prefix(100).map(sentence)
        let hidden = errors.count - shown.count
        return hidden == 0 ? shown : shown + ["\(CountText.text(hidden, "further error")) in the lists"]
    }

    /// Begins with the file and the line, except if the file cannot be read.
    static func sentence(for error: ImageListError) -> String {
        if case .unreadable(let failure) = error.reason { return failure.sentence }
        return place(error.file, error.line) + ": " + phrase(for: error.reason)
    }

    static func skipped(_ file: String, _ line: Int) -> String {
        "\(place(file, line)): the value of image is not text and has no reference; it is skipped"
    }

    static func place(of image: ListedImage) -> String { place(image.file, image.line) }

    private static func place(_ file: String, _ line: Int?) -> String {
        FileMessage.name(file) + (line.map { ":\($0)" } ?? "")
    }

    private static func phrase(for reason: ImageListError.Reason) -> String {
        switch reason {
        case .unreadable(let failure): failure.sentence
        case .standardInputTwice: "standard input can be a list only once"
        case .notText: "the line is not UTF-8 text; write the list as UTF-8"
        case .empty: "the list names no image; write one reference a line"
        case .tooManyWords: "more than two words; write REF or REF NAME, and # before a comment"
        case .tooManyLines(let limit): "there are more than \(limit) images; give several lists"
        case .malformedName(let text): NameError(text: text).sentence
        case .source(let error): error.sentence
        case .yaml(let reason, let hasExpressions):
            SpecMessage.phrase(for: reason) + (hasExpressions ? "; if the file is a template, \(rendering)" : "")
        case .noDocument:
            "no YAML document has the key kind or services; give Kubernetes or Compose YAML, or one reference a line"
        case .expression(let text): "'\(TerminalText.part(text))' is not rendered; \(rendering)"
        case .transport(let transport, let text):
            "'\(TerminalText.part(text))' has the transport \(transport) before it; an image in YAML is HOST/REPO[:TAG]"
        case .imageID(let text): "'\(TerminalText.part(text))' is the ID of a local image; write its name"
        case .tag(let tag): "the YAML tag '\(TerminalText.part(tag))' is not supported for an image; leave it out"
        case .notLocked(let source):
            "\(TerminalText.part(source)) has no digest, so it is not locked; write the lock with pack --lock"
        case .lockedTwice(let source, let digest):
            "\(TerminalText.part(source)) is locked to \(digest) in a line before; write the lock again with pack --lock"
        case .unknownAlias(let name):
            "no anchor &\(TerminalText.part(name)) precedes the alias *\(TerminalText.part(name))"
        }
    }

    private static let rendering = "render it first: helm template or docker compose config"
}
