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

    static func sentence(for error: IncrementBaseError) -> String {
        switch error {
        case .declaredPlatform(let base):
            "\(TerminalText.escaped(base)): a base is what it is; =PLATFORM belongs to a SOURCE"
        case .list(let base, .line(let number, let text)):
            "\(FileMessage.name(base)): line \(number) does not begin with a digest: '\(TerminalText.escaped(text))'"
        case .list(let base, .column(let column, let number, let text)):
            "\(FileMessage.name(base)):\(number): '\(TerminalText.escaped(text))' is not \(noun(column)); write "
                + "lines as inspect --blobs prints them, or digests alone"
        case .list(let base, .tooMany(let limit)):
            "\(FileMessage.name(base)) lists more than the \(limit) blobs allowed"
        }
    }

    private static func noun(_ column: BlobListError.Column) -> String {
        switch column {
        case .size: "a size in bytes"
        case .mediaType: "a media type"
        case .diffID: "the diffID of a layer"
        }
    }

    /// `isList`: what a receiver has is printed, not left out.
    static func absent(_ blobs: [BlobList.Entry], of source: String, isList: Bool) -> String {
        let bytes = blobs.totalSize { $0.size ?? 0 }
        let count = blobs.count == 1 ? "1 blob" : "\(blobs.count) blobs"
        return "\(TerminalText.escaped(source)) names \(count) (\(ByteCount.text(bytes))) that it does not hold; "
            + "\(blobs.count == 1 ? "it is" : "they are") \(isList ? "not listed" : "not left out")"
    }

    static func sentence(for error: IncrementDestination) -> String {
        "\(TerminalText.escaped(error.text)): an increment is an archive; name X.tar, X.tar.gz, X.tar.zst or -"
    }
}
