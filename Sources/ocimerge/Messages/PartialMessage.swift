internal import ByteIO

/// Sentences about downloads that outlive a run.
enum PartialMessage {
    /// `bytes` is `nil` if the size is unknown.
    /// `lacksSpace`: Whether an archive of these bytes does not fit beside them.
    static func kept(_ bytes: Int64?, _ path: String, lacksSpace: Bool) -> String {
        "kept \(bytes.map(ByteCount.text) ?? "downloads") in \(TerminalText.part(path))/; run the same command again to go on "
            + "(--fresh starts again)"
            + (lacksSpace
                ? "; an archive needs the space twice, for its downloads and for itself, and a layout once" : "")
    }

    static func sentence(for refusal: PartialDirectory.Refusal, _ path: String) -> String {
        let path = TerminalText.part(path)
        let cause =
            switch refusal {
            case .inUse: "another run uses \(path)"
            case .notPrivate: "\(path) is not a directory of this user alone"
            case .noLocks: "the file system of \(path) has no locks"
            case .io(let failure): failure.sentence
            }
        return "\(cause); an interrupted run keeps nothing"
    }
}
