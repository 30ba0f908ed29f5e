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
        let directory = try CommandError.checked { () throws(LayoutError) in
            if reference.selection != nil { throw .selection(source: reference.text) }
            return try LayoutDirectory(reference)
        }
        if !directory.isMarked {
            NoteMessage.sentence(for: .layoutFileMissing, source: reference.text).map(console.warn)
        }
        if directory.isHybrid { console.warn(LayoutMessage.twoLists(reference.text)) }
        for defect in directory.defects { console.warn(defect.error.sentence) }
        let listing = try CommandError.checked { () throws(PlanError) in try LayoutListing(directory.graph) }
        let report = ListReport(layout: reference.text, listing: listing)
        try CommandError.checked { () throws(IOFailure) in try console.print(report, request.run) }
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

    var text: String {
        let rows = listing.images.map { image in
            [
                TerminalText.escaped(image.label?.description ?? "(no name)"), image.root.digest.description,
                Self.platforms(image), ByteCount.text(image.size),
                image.absent.isEmpty ? "" : "\(image.absent.count) absent",
            ]
        }
        return Table.text(rows, rightAligned: [3])
    }

    private static func platforms(_ image: LayoutListing.Image) -> String {
        switch image.kind {
        case .artifact(let type): return "artifact \(TerminalText.escaped(type.rawValue))"
        case .referrers: return "list of referrers"
        case .image where image.platforms.isEmpty: return "(no platform)"
        case .image: break
        }
        return image.platforms.map { child in
            TerminalText.escaped(child.platform?.description ?? "unknown") + (child.isPresent ? "" : " (absent)")
        }.joined(separator: ", ")
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("layout", .string(layout)),
            ("images", .array(listing.images.map(Self.json))),
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

    private static func json(_ image: LayoutListing.Image) -> JSONText {
        .object([
            ("name", image.label.map { .string($0.description) } ?? .null),
            ("digest", .string(image.root.digest.description)),
            ("mediaType", .string(image.root.mediaType.rawValue)),
            ("kind", .string(kind(image.kind))),
            (
                "platforms",
                .array(
                    image.platforms.map { child in
                        .object([
                            ("platform", child.platform.map { .string($0.description) } ?? .null),
                            ("digest", .string(child.digest.description)),
                            ("present", .boolean(child.isPresent)),
                        ])
                    })
            ),
            ("size", .integer(image.size)),
            ("absent", .array(image.absent.map { .string($0.digest.description) })),
        ])
    }
}
