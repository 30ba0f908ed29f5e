internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The command `ls`: lists the images of a layout. It reads documents only.
enum ListCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        let reference = try CommandError.checked { () throws(SourceError) in
            try SourceReference(parsing: request.sources[0])
        }
        let (directory, images) = try CommandError.checked { () throws(LayoutError) in
            if reference.selection != nil { throw .selection(source: reference.text) }
            let directory = try LayoutDirectory(reference)
            return (directory, try LayoutImages(directory))
        }
        if !directory.isMarked {
            NoteMessage.sentence(for: .layoutFileMissing, source: reference.text).map(console.warn)
        }
        if directory.isHybrid { console.warn(LayoutMessage.twoLists(reference.text)) }
        for defect in images.defects { console.warn(defect.error.sentence) }
        let listing = try CommandError.checked { () throws(PlanError) in try LayoutListing(images.graph) }
        let report = ListReport(layout: reference.text, listing: listing)
        try CommandError.checked { () throws(IOFailure) in
            try console.print(report, request.run)
            try StandardStreams.finish(.output)
        }
    }
}

/// The result of `ls`.
struct ListReport: CommandReport {
    let layout: String
    let listing: LayoutListing

    /// One name a line, without unnamed images.
    var brief: String {
        listing.images.compactMap { $0.label.map { TerminalText.escaped($0.description) + "\n" } }.joined()
    }

    func text(_ style: TextStyle) -> String {
        let rows = listing.images.map { image in
            [
                style.heading(TerminalText.escaped(image.label?.description ?? "(no name)")),
                style.digest(image.root.digest),
                Self.platforms(image), ByteCount.text(image.size),
                image.absent.isEmpty ? "" : "\(image.absent.count) absent",
            ]
        }
        return Table.text(rows, rightAligned: [3], width: style.width)
    }

    /// More platforms are counted: an image may have as many names as platforms.
    private static let shownLimit = 20

    private static func platforms(_ image: LayoutListing.Image) -> String {
        switch image.kind {
        case .artifact(let type): return "artifact \(TerminalText.escaped(type.rawValue))"
        case .referrers: return "list of referrers"
        case .image where image.platforms.isEmpty: return "(no platform)"
        case .image: break
        }
        let rest = image.platforms.count - shownLimit
        return image.platforms.prefix(shownLimit).map { child in
            TerminalText.part(child.platform?.description ?? "unknown") + (child.isPresent ? "" : " (absent)")
        }.joined(separator: ", ") + (rest > 0 ? " and \(CountText.text(rest, "more platform"))" : "")
    }

    /// Details are printed again as long as that adds at most this number of entries.
    private static let repeatLimit = 10_000

    func json(warnings: [String]) -> JSONText {
        var listed: Set<LayoutListing.Image.Key> = []
        var left = Self.repeatLimit
        let images = listing.images.map { image in
            let isFirst = listed.insert(image.key).inserted
            let repeats = isFirst ? 0 : image.platforms.count + image.absent.count
            let isAbridged = repeats > left
            if !isAbridged { left -= repeats }
            return Self.json(image, isAbridged: isAbridged)
        }
        return .object([
            ("layout", .string(layout)),
            ("images", .array(images)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }

    private static func kind(_ kind: LayoutListing.Kind) -> String {
        switch kind {
        case .image: "image"
        case .artifact: "artifact"
        case .referrers: "referrers"
        }
    }

    /// `isAbridged`: an earlier entry for the image has its details. A program that expects a list then fails instead of
    /// finding it empty.
    private static func json(_ image: LayoutListing.Image, isAbridged: Bool) -> JSONText {
        let platforms: [JSONText] =
            isAbridged
            ? []
            : image.platforms.map { child in
                .object([
                    ("platform", child.platform.map { .string($0.description) } ?? .null),
                    ("digest", .string(child.digest.description)),
                    ("present", .boolean(child.isPresent)),
                ])
            }
        let absent: [JSONText] = isAbridged ? [] : image.absent.map { .string($0.digest.description) }
        return .object([
            ("name", image.label.map { .string($0.description) } ?? .null),
            ("digest", .string(image.root.digest.description)),
            ("mediaType", .string(image.root.mediaType.rawValue)),
            ("kind", .string(kind(image.kind))),
            ("platforms", isAbridged ? .null : .array(platforms)),
            ("size", .integer(image.size)),
            ("absent", isAbridged ? .null : .array(absent)),
        ])
    }
}
