internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The differences between the merged trees of two images, for `diff --files`. Equal lists of layers have no differences
/// and are not read. All other layers are read and verified, those of several trees once.
struct DiffFiles {
    /// By the number of the platform. `nil` if one of the images has no such platform, or no manifest.
    private(set) var platforms: [[FileDifference]?] = []

    var isSame: Bool { platforms.allSatisfy { $0?.isEmpty ?? true } }

    private static let platformLimit = 64

    init(_ difference: SourceDifference, _ old: Source, _ new: Source, _ bar: ProgressBar) throws(CommandError) {
        guard difference.images.count == 1, let image = difference.images.first, image.old != nil, image.new != nil
        else {
            throw CommandError(DiffError.severalImages(old: old.reference.text, new: new.reference.text))
        }
        let pairs = image.platforms.map { LayerPair($0, old, new) }
        let read = pairs.compactMap(\.self).filter { !$0.isSame }
        if read.count > Self.platformLimit {
            throw CommandError(DiffError.severalPlatforms(count: read.count, limit: Self.platformLimit))
        }
        let shared = SharedLayers(read.flatMap { [$0.old.digests, $0.new.digests] })
        platforms = try pairs.map { (pair) throws(CommandError) in
            guard let pair else { return nil }
            if pair.isSame { return [] }
            let budget = FileBudget()
            let before = try Self.tree(pair.old, shared, budget, bar)
            return FileDifference.between(before, try Self.tree(pair.new, shared, budget, bar))
        }
    }

    private static func tree(
        _ image: LayerPair.Side, _ shared: SharedLayers, _ budget: FileBudget, _ bar: ProgressBar
    ) throws(CommandError) -> MergedTree {
        let layers = try image.source.layers(of: image.manifest)
        do throws(LayerFailure) {
            let known = try shared.layers(layers, budget: budget) { bar.advance($0) }
            return try MergedTree(known, hashing: true, budget: budget) { bar.advance($0) }
        } catch { throw CommandError(UnreadLayer(source: image.source.reference.text, failure: error)) }
    }
}

/// The lists of layers of two manifests.
private struct LayerPair {
    struct Side {
        let source: Source
        let manifest: Digest
        let digests: [Digest]

        init(_ source: Source, _ manifest: Digest) {
            (self.source, self.manifest) = (source, manifest)
            digests = source.graph.manifest(manifest)?.layers.map(\.digest) ?? []
        }
    }

    let old: Side
    let new: Side

    /// `nil` if a manifest is absent.
    init?(_ platform: PlatformDifference, _ old: Source, _ new: Source) {
        guard let before = platform.old, let after = platform.new, before.isPresent, after.isPresent else { return nil }
        (self.old, self.new) = (Side(old, before.descriptor.digest), Side(new, after.descriptor.digest))
    }

    var isSame: Bool { old.digests == new.digests }
}

/// The lines of `diff --files` about one platform.
enum DiffFilesText {
    /// More files are counted.
    static let shownLimit = 40

    static func text(_ files: [FileDifference], _ indent: String) -> String {
        let words = ["added", "removed", "changed"]
        let counts = words.compactMap { word in
            let count = files.count { $0.word == word }
            return count > 0 ? "\(count) \(word)" : nil
        }
        let rest = files.count - shownLimit
        return "\(indent)files: \(counts.isEmpty ? "the same" : counts.joined(separator: ", "))\n"
            + files.prefix(shownLimit).map { "\(indent)\(line($0))\n" }.joined()
            + (rest > 0 ? "\(indent)and \(CountText.text(rest, "more file"))\n" : "")
    }

    private static func line(_ file: FileDifference) -> String {
        let path = TerminalText.part(path: file.path)
        guard let old = file.old, let new = file.new else { return "\(file.old == nil ? "+" : "-") \(path)" }
        return "~ \(path): " + file.changes.map { change($0, old, new) }.joined(separator: ", ")
    }

    private static func change(_ change: FileDifference.Change, _ old: FileEntry, _ new: FileEntry) -> String {
        switch change {
        case .type: "\(old.kind.rawValue) -> \(new.kind.rawValue)"
        case .mode: "mode \(mode(old)) -> \(mode(new))"
        case .owner: "owner \(old.user):\(old.group) -> \(new.user):\(new.group)"
        case .content, .target, .device: change.rawValue
        }
    }

    private static func mode(_ entry: FileEntry) -> String { "0" + String(entry.mode, radix: 8) }

    static func json(_ file: FileDifference) -> JSONText {
        .object([
            ("change", .string(file.word)),
            ("changes", .array(file.changes.map { .string($0.rawValue) })),
            ("old", file.old.map(FileText.json) ?? .null),
            ("new", file.new.map(FileText.json) ?? .null),
        ])
    }
}

extension FileDifference {
    fileprivate var word: String { old == nil ? "added" : new == nil ? "removed" : "changed" }
}
