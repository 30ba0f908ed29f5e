internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The differences between the merged trees of two images, for `diff --files`. Every layer is read and verified.
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
        let count = image.platforms.count { $0.old?.isPresent == true && $0.new?.isPresent == true }
        if count > Self.platformLimit {
            throw CommandError(DiffError.severalPlatforms(count: count, limit: Self.platformLimit))
        }
        for platform in image.platforms {
            guard let before = platform.old, let after = platform.new, before.isPresent, after.isPresent else {
                platforms.append(nil)
                continue
            }
            let layers = (
                try old.layers(of: before.descriptor.digest), try new.layers(of: after.descriptor.digest)
            )
            let budget = FileBudget()
            let trees = (
                try Self.tree(layers.0, of: old, budget, bar), try Self.tree(layers.1, of: new, budget, bar)
            )
            platforms.append(FileDifference.between(trees.0, trees.1))
        }
    }

    private static func tree(
        _ layers: [ImageContents.Layer], of source: Source, _ budget: FileBudget, _ bar: ProgressBar
    ) throws(CommandError) -> MergedTree {
        do throws(LayerFailure) {
            return try MergedTree(layers, hashing: true, budget: budget) { bar.advance($0) }
        } catch { throw CommandError(UnreadLayer(source: source.reference.text, failure: error)) }
    }
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
