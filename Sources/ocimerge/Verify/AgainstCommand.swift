internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// `verify --against`: compares the documents of each source with another place, which must hold every image. No layer
/// is read on either side.
struct AgainstCommand {
    private let request: VerifyRequest
    private let console: Console
    private let registries: RegistryAccess
    private let text: String
    private let destination: AgainstDestination
    private let references: [SourceReference]

    init(
        _ text: String, _ request: VerifyRequest, _ console: Console, _ registries: RegistryAccess
    ) throws(CommandError) {
        self.request = request
        self.console = console
        self.registries = registries
        self.text = text
        references = try CommandError.checked { () throws(SourceError) in
            try SourceReference.all(parsing: request.sources)
        }
        destination = try AgainstDestination(text)
        if case .files(let other) = destination, other.place == .standardInput,
            references.contains(where: { $0.place == .standardInput })
        {
            throw CommandError(SourceError.standardInputTwice)
        }
    }

    /// Returns whether the destination holds everything.
    func run() throws(CommandError) -> Bool {
        let comparison = try comparison()
        let reports = try references.map { (reference) throws(CommandError) in
            try report(of: opened(reference), comparison)
        }
        try CommandError.checked { () throws(IOFailure) in
            if request.run.json {
                let sources = JSONText.array(reports.map(\.json))
                try console.print(TerminalText.escaped(json: .object([("sources", sources)])))
            } else if !request.run.quiet {
                let style = console.style(.output)
                try console.print(reports.map { $0.text(style) }.joined(separator: "\n"))
            }
            try StandardStreams.finish(.output)
        }
        return reports.allSatisfy(\.isSame)
    }

    private func opened(_ reference: SourceReference) throws(CommandError) -> Source {
        let source = try CommandError.checked { () throws(SourceError) in
            try Source.open(reference, registries, OpeningPolicy(recognisesLayers: false))
        }
        for note in source.notes {
            // The comparison itself tells what is absent.
            if case .absent = note { continue }
            NoteMessage.sentence(for: note, source: reference.text, isCorrected: false).map(console.warn)
        }
        return source
    }

    /// The comparison of one source with the destination, which is opened once.
    private func comparison() throws(CommandError) -> (Source) throws(CommandError) -> ComparedContent {
        let registry = RegistryComparison(
            registries, jobs: request.run.jobs.connections, checksBlobs: request.checksBlobs)
        switch destination {
        case .files(let reference):
            let held = try opened(reference)
            return { (source) throws(CommandError) in ComparedContent(source, in: held) }
        case .reference(let reference):
            return { (source) throws(CommandError) in try registry.compared(source, with: reference) }
        case .prefix(let prefix):
            return { (source) throws(CommandError) in try registry.compared(source, below: prefix) }
        }
    }

    private func report(
        of source: Source, _ comparison: (Source) throws(CommandError) -> ComparedContent
    ) throws(CommandError) -> AgainstReport {
        AgainstReport(source: source.reference.text, destination: text, content: try comparison(source))
    }
}

/// What was compared of one source, and the differences.
struct ComparedContent {
    let images: Int
    let artifacts: Int
    let platforms: Int
    /// The number of blobs whose presence was checked.
    let blobs: Int
    let differences: [RecordDifference]

    init(_ records: ImageRecords, blobs: Int, differences: [RecordDifference]) {
        images = records.images.count
        artifacts = records.artifacts.count
        platforms = records.platformCount
        self.blobs = blobs
        self.differences = differences
    }

    /// Compares with files: documents by their digests, blobs by their sizes.
    init(_ source: Source, in held: Source) {
        let records = source.graph.comparedRecords
        var found = FoundImages()
        found.add(held.graph, isRegistry: false)
        var differences = found.differences(from: records).filter(\.isError)
        var checked: Set<Digest> = []
        let different = Set(differences.map(\.image))
        for record in records.images + records.artifacts {
            if held.graph.documents[record.digest] == nil, !different.contains(record.digest) {
                differences.append(RecordDifference(.missing(present: nil), of: record, name: record.names.first))
                continue
            }
            let platforms = Set(record.platforms.map(\.digest))
            for blob in source.graph.neededBlobs(of: record) {
                guard held.graph.documents[blob.manifest] != nil else {
                    // An attestation, or another manifest that is no platform. Those are compared above.
                    if blob.manifest != record.digest, !platforms.contains(blob.manifest),
                        checked.insert(blob.manifest).inserted
                    {
                        differences.append(
                            RecordDifference(
                                .missingBlob(blob.manifest), of: record, name: record.names.first, platform: nil))
                    }
                    continue
                }
                guard checked.insert(blob.descriptor.digest).inserted,
                    let problem = held.graph.problem(of: blob.descriptor)
                else { continue }
                differences.append(
                    RecordDifference(problem, of: record, name: record.names.first, platform: blob.platform))
            }
        }
        self.init(records, blobs: checked.count, differences: differences)
    }
}

extension ImageGraph {
    /// The images, and the artifacts that do not only describe others.
    var comparedRecords: ImageRecords {
        ImageRecords(self).withoutReferrers
    }

    /// `nil` if the graph has the content with its size.
    fileprivate func problem(of descriptor: Descriptor) -> RecordDifference.Problem? {
        let digest = descriptor.digest
        guard let size = documents[digest]?.descriptor.size ?? blobs[digest]?.size else { return .missingBlob(digest) }
        return size == descriptor.size ? nil : .blobSize(digest, expected: descriptor.size, found: size)
    }
}

/// The result for one source.
struct AgainstReport {
    let source: String
    let destination: String
    let content: ComparedContent

    var isSame: Bool { content.differences.isEmpty }

    func text(_ style: TextStyle) -> String {
        let counts = [
            ContentText.count(images: content.images, artifacts: content.artifacts),
            CountText.text(content.platforms, "platform"),
            content.blobs > 0 ? CountText.text(content.blobs, "blob") : nil,
        ].compactMap(\.self)
        return DifferenceText.rows(content.differences, style)
            + "\(TerminalText.escaped(source)) against \(TerminalText.escaped(destination)): "
            + "\(counts.joined(separator: ", ")) compared: \(DifferenceText.verdict(content.differences, style))\n"
    }

    var json: JSONText {
        .object(
            [
                ("source", .string(source)),
                ("against", .string(destination)),
                ("sound", .boolean(isSame)),
                ("images", .integer(Int64(content.images))),
                ("artifacts", .integer(Int64(content.artifacts))),
                ("platforms", .integer(Int64(content.platforms))),
                ("blobs", .integer(Int64(content.blobs))),
            ] + DifferenceJSON.members(content.differences))
    }
}
