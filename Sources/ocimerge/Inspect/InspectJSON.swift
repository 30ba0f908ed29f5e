internal import ImageAudit
internal import ImageModel
internal import ImageSources

/// The JSON that `inspect --json` prints. Later versions may add members; a member never changes its meaning.
enum InspectJSON {
    static func text(_ summary: SourceSummary) -> JSONText {
        .object([
            ("source", .string(summary.source)),
            ("dialect", .string(summary.dialect)),
            ("increment", .boolean(summary.isIncrement)),
            ("images", .array(summary.images.map(image))),
            ("artifacts", ContentText.json(summary.artifacts)),
            ("absent", .array(summary.absent.compactMap(absent))),
        ])
    }

    private static func image(_ image: SourceSummary.Image) -> JSONText {
        .object([
            ("names", .array(image.labels.map { .string($0.description) })),
            ("digest", .string(image.root.digest.description)),
            ("mediaType", .string(image.root.mediaType.rawValue)),
            ("size", .integer(image.root.size)),
            ("annotations", annotations(image.annotations)),
            ("platforms", .array(image.platforms.map(entry))),
        ])
    }

    private static func entry(_ entry: SourceSummary.PlatformEntry) -> JSONText {
        // `nil` if an earlier listing has the details. A program that expects a list then fails instead of finding it
        // empty.
        let details = entry.isAbridged ? nil : entry.manifest
        let listed: [(String, JSONText)] = [
            ("name", entry.platform.map { .string($0.description) } ?? .null),
            ("platform", entry.platform?.json ?? .null),
            ("digest", .string(entry.descriptor.digest.description)),
            ("mediaType", .string(entry.descriptor.mediaType.rawValue)),
            ("size", .integer(entry.descriptor.size)),
            ("config", .string(entry.manifest.config.description)),
            ("created", details?.created.map(JSONText.string) ?? .null),
            ("layers", details.map { .array($0.layers.map(layer)) } ?? .null),
            ("evidence", EvidenceJSON.text(entry.examination?.evidence, platform: entry.platform)),
            ("start", StartJSON.text(entry.examination?.start)),
        ]
        let config = details?.details
        let attestations = details?.attestations.map { JSONText.string($0.digest.description) }
        return .object(
            listed + [
                ("attestations", attestations.map(JSONText.array) ?? .null),
                ("annotations", details.map { annotations($0.annotations) } ?? .null),
                ("run", copied(config?.runJSON)),
                ("history", copied(config?.historyJSON)),
            ])
    }

    private static func annotations(_ annotations: [String: String]) -> JSONText {
        .object(annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// The number of objects and arrays around a member of a listing.
    private static let depth = 7

    /// The text of a part of a document, with the indentation of this place. It takes less memory than its values.
    private static func copied(_ part: JSONText?) -> JSONText {
        guard let part else { return .null }
        let lines = part.prettyBytes().split(separator: UInt8(ascii: "\n"))
        let indent = [UInt8](repeating: UInt8(ascii: " "), count: 2 * depth)
        return .raw(Array(lines.joined(separator: [UInt8(ascii: "\n")] + indent)))
    }

    private static func layer(_ layer: SourceSummary.Layer) -> JSONText {
        let declared = layer.descriptor.mediaType.layerCompression?.rawValue
        return .object([
            ("digest", .string(layer.descriptor.digest.description)),
            ("mediaType", .string(layer.descriptor.mediaType.rawValue)),
            ("size", .integer(layer.descriptor.size)),
            ("compression", (layer.actual?.rawValue ?? declared).map(JSONText.string) ?? .null),
            ("present", .boolean(layer.isPresent)),
        ])
    }

    private static func absent(_ note: SourceNote) -> JSONText? {
        guard case .absent(let digest, let type, let platform) = note else { return nil }
        return .object([
            ("digest", .string(digest.description)),
            ("mediaType", .string(type.rawValue)),
            ("platform", platform?.json ?? .null),
        ])
    }
}

/// The JSON of the start check of one image; `null` if it was not made.
enum StartJSON {
    static func text(_ start: StartReport?) -> JSONText {
        guard let start else { return .null }
        func path(_ path: FilePath?) -> JSONText { path.map { .string($0.absoluteText) } ?? .null }
        return .object([
            ("starts", start.isChecked ? .boolean(start.severity != .error) : .null),
            ("program", path(start.program)),
            ("through", .array(start.through.map { path($0) })),
            ("wrapper", start.wrapper.map(JSONText.string) ?? .null),
            ("findings", .array(start.findings.map(finding))),
        ])
    }

    private static func finding(_ finding: StartFinding) -> JSONText {
        .object([
            ("severity", .string(finding.problem.severity.rawValue)),
            ("kind", .string(StartMessage.kind(of: finding.problem))),
            ("file", finding.file.map { .string($0.absoluteText) } ?? .null),
            ("layer", finding.layer.map { .string($0.description) } ?? .null),
            ("message", .string(StartMessage.sentence(for: finding))),
        ])
    }
}

/// The JSON of the evidence on one image; `null` if its executables were not searched.
enum EvidenceJSON {
    static func text(_ evidence: Evidence?, platform: Platform?) -> JSONText {
        guard let evidence else { return .null }
        switch evidence.verdict(on: platform) {
        case .agrees(let witness): return self.witness(witness, verdict: "agrees", platform)
        case .contradicts(let witness):
            return self.witness(witness, verdict: "contradicts", evidence.platform(claimed: platform))
        case .silent(let silence):
            return .object([("verdict", .string("none")), ("reason", .string(reason(silence)))])
        }
    }

    private static func witness(_ witness: Evidence.Witness, verdict: String, _ platform: Platform?) -> JSONText {
        .object([
            ("verdict", .string(verdict)),
            ("platform", platform.map { .string($0.description) } ?? .null),
            ("path", .string(witness.path)),
            ("layer", .string(witness.layer.description)),
            ("basis", .string(basis(witness.role))),
            ("machine", .string(witness.machine.name)),
            ("level", witness.machine.level.map { .integer(Int64($0)) } ?? .null),
        ])
    }

    private static func basis(_ role: Evidence.Witness.Role) -> String {
        switch role {
        case .entrypoint: "entrypoint"
        case .loader: "loader"
        case .majority: "majority"
        case .elsewhere: "programs"
        }
    }

    private static func reason(_ silence: Evidence.Silence) -> String {
        switch silence {
        case .noExecutables: "no executables"
        case .mixed: "executables of several architectures"
        case .undecided: "not conclusive"
        case .unreadable: "layers absent or unreadable"
        }
    }
}
