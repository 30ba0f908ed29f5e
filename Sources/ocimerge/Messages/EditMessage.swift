internal import ImageModel

/// No document of the source has a place for an annotation.
struct AnnotationPlaceError: Error {
    let text: String
    let source: String
    let isIndex: Bool
}

extension AnnotationPlaceError: Reportable {
    var sentence: String {
        let why =
            isIndex
            ? "no edited image is for that platform"
            : "the image is no index; write manifest:KEY=VALUE, or make an index"
        return "\(TerminalText.part(source)) has no place for the annotation \(TerminalText.part(text)): \(why)"
    }
}

extension LayerPlaceError: Reportable {
    var sentence: String {
        "\(TerminalText.part(destination)) is inside \(TerminalText.part(directory)), which becomes a layer; write the "
            + "result elsewhere"
    }
}

/// Sentences about edits.
enum EditMessage {
    static func commandRemoved(_ words: [String]) -> String {
        let text = JSONText.array(words.map(JSONText.string)).bytes
        return "--entrypoint removes the command \(TerminalText.part(String(decoding: text, as: UTF8.self))); "
            + "write --cmd to keep one"
    }
}
