internal import ImageModel

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
