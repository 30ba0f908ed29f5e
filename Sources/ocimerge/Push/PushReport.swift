internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// The results of a push, one for each repository.
struct PushReport: CommandReport {
    let pushes: [MergeReport]
    /// `nil` if no image was read from a registry only to check its platform.
    var fetched: PlatformEvidence.Fetched?

    func text(_ style: TextStyle) -> String {
        pushes.map { $0.text(style) }.joined() + (fetched.map { $0.line + "\n" } ?? "")
    }

    /// Every digest once.
    var brief: String {
        var seen: Set<Substring> = []
        let lines = pushes.map(\.brief).joined().split(separator: "\n")
        return lines.filter { seen.insert($0).inserted }.map { $0 + "\n" }.joined()
    }

    func json(warnings: [String]) -> JSONText {
        .object(
            [
                ("pushes", .array(pushes.map { .object($0.members(warnings: nil)) })),
                ("warnings", .array(warnings.map(JSONText.string))),
            ] + (fetched.map { [("checked", $0.json)] } ?? []))
    }
}

/// The first words of a report: what was written.
enum FormText {
    /// `form` is `nil` if a source of an unnamed kind keeps its own.
    static func opening(_ form: DestinationTraits.Form?, isDryRun: Bool) -> String {
        let noun =
            switch form {
            case .layout: " OCI layout"
            case .archive: " archive"
            case .ociArchive: " OCI archive"
            case .dockerArchive: " docker archive"
            case .skopeoDirectory: " skopeo directory"
            case .registry, nil: ""
            }
        if form == .registry { return isDryRun ? "would push" : "pushed" }
        return (isDryRun ? "would write" : "wrote") + noun
    }
}

/// The words of reports about registries.
enum PushText {
    static func pair(_ pair: PushTarget.NamePair) -> String { "\(pair.from) -> \(pair.to)" }

    static func json(_ namePairs: [PushTarget.NamePair]) -> JSONText {
        .array(
            namePairs.map {
                .object([("from", .string($0.from)), ("to", .string($0.to.description))])
            })
    }

    /// `2 layers sent (3.1 MB), 1 mounted, 4 there already`, without the parts that are zero.
    static func layers(_ pushed: PushedContent) -> String {
        let parts = [
            (pushed.sent, "sent (\(ByteCount.text(pushed.sentBytes)))"), (pushed.mounted, "mounted"),
            (pushed.present, "there already"),
        ].filter { $0.0 > 0 }
        guard let first = parts.first else { return "no layers" }
        return (["\(CountText.text(first.0, "layer")) \(first.1)"] + parts.dropFirst().map { "\($0.0) \($0.1)" })
            .joined(separator: ", ")
    }

    static func json(_ pushed: PushedContent) -> JSONText {
        .object(
            [
                ("sent", .integer(Int64(pushed.sent))), ("sentBytes", .integer(pushed.sentBytes)),
                ("mounted", .integer(Int64(pushed.mounted))), ("present", .integer(Int64(pushed.present))),
            ] + (pushed.served.map { [("servedDigest", .string($0.description))] } ?? []))
    }
}
