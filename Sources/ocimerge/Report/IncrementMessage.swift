internal import ImageModel
internal import ImagePlanning

/// Sentences about increments and what they build on.
enum IncrementMessage {
    /// The one sentence that goes on in a list: whoever fetches what is missing needs all of it.
    static func sentence(for error: MissingBlobs) -> String {
        let count = error.blobs.count
        let bytes = error.blobs.totalSize(\.size)
        let sources = error.sources.map(TerminalText.escaped).joined(separator: ", ")
        let list = error.blobs.map { blob in
            let image = [blob.image, blob.platform?.description ?? ""].filter { !$0.isEmpty }
            return "\n  \(blob.digest)  \(ByteCount.text(blob.size))  "
                + (image.isEmpty ? "(no name)" : TerminalText.escaped(image.joined(separator: " ")))
        }
        return "\(sources) \(error.sources.count == 1 ? "is an increment" : "are increments"), and "
            + "\(count == 1 ? "a blob" : "\(count) blobs") (\(ByteCount.text(bytes))) that it needs "
            + "\(count == 1 ? "is" : "are") missing; add it with --update to a layout that holds what it was packed "
            + "--since. Missing:" + list.joined()
    }

    static func sentence(for error: BaseError) -> String {
        switch error {
        case .declaredPlatform(let base):
            "\(TerminalText.escaped(base)): a base is what it is; =PLATFORM belongs to a SOURCE"
        case .list(let base, .line(let number, let text)):
            "\(FileMessage.name(base)): line \(number) does not begin with a digest: '\(TerminalText.escaped(text))'"
        case .list(let base, .tooLarge(let limit)):
            "\(FileMessage.name(base)) is larger than the \(ByteCount.text(limit)) allowed for a list of blobs"
        }
    }

    static func sentence(for error: IncrementDestination) -> String {
        "\(TerminalText.escaped(error.text)): an increment is an archive; name X.tar, X.tar.gz, X.tar.zst or -"
    }
}
