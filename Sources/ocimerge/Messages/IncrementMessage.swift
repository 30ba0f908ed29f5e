internal import ImageModel
internal import ImagePlanning

/// Sentences about increments and their bases.
enum IncrementMessage {
    /// The only sentence that a list follows: all missing blobs are needed to complete the increment.
    static func sentence(for error: MissingBlobs) -> String {
        let count = error.blobs.count
        let bytes = error.blobs.totalSize(\.size)
        let sources = error.sources.map(TerminalText.escaped).joined(separator: ", ")
        let list = error.blobs.map { blob in
            let image = [blob.image, blob.platform?.description ?? ""].filter { !$0.isEmpty }
            return "\n  \(blob.digest)  \(ByteCount.text(blob.size))  "
                + (image.isEmpty ? "(no name)" : TerminalText.escaped(image.joined(separator: " ")))
        }
        return "\(sources) \(CountText.form(error.sources.count, "is an increment", "are increments")), and "
            + "\(CountText.text(count, "blob")) (\(ByteCount.text(bytes))) that it needs "
            + "\(CountText.form(count, "is", "are")) missing; add it with --update to a layout that holds its --since "
            + "base. Missing:" + list.joined()
    }

    static func sentence(for error: IncrementBaseError) -> String {
        switch error {
        case .declaredPlatform(let base):
            "\(TerminalText.escaped(base)): =PLATFORM is not allowed on --since"
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

    /// `isList`: Whether the blobs are printed as a list instead of being left out of an increment.
    static func absent(_ blobs: [BlobList.Entry], of source: String, isList: Bool) -> String {
        let bytes = blobs.totalSize { $0.size ?? 0 }
        return
            "\(TerminalText.escaped(source)) names \(CountText.text(blobs.count, "blob")) (\(ByteCount.text(bytes))) "
            + "that it does not hold; \(CountText.form(blobs.count, "it is", "they are")) "
            + (isList ? "not listed" : "not left out")
    }

    static func sentence(for error: IncrementDestination) -> String {
        "\(TerminalText.escaped(error.text)): an increment is an archive; name X.tar, X.tar.gz, X.tar.zst or -"
    }
}
