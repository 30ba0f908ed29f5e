internal import ImageModel
internal import ImagePlanning

extension MissingBlobs: Reportable {
    /// The only sentence that a list follows: all missing blobs are needed to complete the increment.
    var sentence: String {
        let count = blobs.count
        let bytes = blobs.totalSize(\.size)
        let names = sources.map(TerminalText.part).joined(separator: ", ")
        let list = blobs.map { blob in
            let image = [blob.image, blob.platform?.description ?? ""].filter { !$0.isEmpty }
            return "\n  \(blob.digest)  \(ByteCount.text(blob.size))  "
                + (image.isEmpty ? "(no name)" : TerminalText.part(image.joined(separator: " ")))
        }
        return "\(names) \(CountText.form(sources.count, "is an increment", "are increments")), and "
            + "\(CountText.text(count, "blob")) (\(ByteCount.text(bytes))) that it needs "
            + "\(CountText.form(count, "is", "are")) missing; add it with --update to a layout that has its --since "
            + "base, or push it to a repository that has it. Missing:" + list.joined()
    }
}

extension IncrementBaseError: Reportable {
    var sentence: String {
        switch self {
        case .declaredPlatform(let base):
            "\(TerminalText.part(base)): =PLATFORM is not allowed on --since"
        case .list(let base, .line(let number, let text)):
            "\(FileMessage.name(base)): line \(number) does not begin with a digest: '\(TerminalText.part(text))'"
        case .list(let base, .column(let column, let number, let text)):
            "\(FileMessage.name(base)):\(number): '\(TerminalText.part(text))' is not "
                + "\(IncrementMessage.noun(column)); write "
                + "lines as inspect --blobs prints them, or digests alone"
        case .list(let base, .tooMany(let limit)):
            "\(FileMessage.name(base)) lists more than the \(limit) blobs allowed"
        }
    }

    var isUsage: Bool { if case .declaredPlatform = self { true } else { false } }
}

extension IncrementDestination: Reportable {
    var sentence: String {
        "\(TerminalText.part(text)): an increment is an archive; name X.tar, X.tar.gz, X.tar.zst or -"
    }

    var isUsage: Bool { true }
}

/// Sentences about increments and their bases.
enum IncrementMessage {
    fileprivate static func noun(_ column: BlobListError.Column) -> String {
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
            "\(TerminalText.part(source)) names \(CountText.text(blobs.count, "blob")) (\(ByteCount.text(bytes))) "
            + "that it does not hold; \(CountText.form(blobs.count, "it is", "they are")) "
            + (isList ? "not listed" : "not left out")
    }
}
