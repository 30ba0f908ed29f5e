internal import ByteIO
internal import ImageModel

/// The programs of a merged tree, for a search for evidence.
struct TreePrograms: ProgramTree {
    private let tree: MergedTree

    init(_ tree: MergedTree) { self.tree = tree }

    private static let linkLimit = 40

    func file(at path: String) throws(IOFailure) -> ImageTree.File? {
        var through: [String] = []
        var path = FilePath(path)
        for _ in 0...Self.linkLimit {
            guard case .file(let entry) = tree.resolve(path, followsLast: false) else { return nil }
            guard entry.kind == .symbolicLink, let target = entry.target else { return try file(entry, through) }
            through.append(Self.text(entry.path))
            let isAbsolute = target.first == FilePath.slash
            path = isAbsolute ? FilePath(target) : FilePath(entry.path.directory.bytes + [FilePath.slash] + target)
        }
        return nil
    }

    func resolved(_ path: String) -> String? { nil }

    func candidates() -> [(path: String, role: PathRole)] {
        var paths: [String] = []
        tree.forEach { entry in
            guard entry.fileKind == .file else { return }
            let path = Self.text(entry.path)
            if entry.mode & 0o111 != 0 || LayerListing.isTelling(path) { paths.append(path) }
        }
        return paths.sorted().map { ($0, PathRole($0)) }
    }

    func program(at path: String) throws(IOFailure) -> ImageTree.File? {
        guard case .file(let entry) = tree.resolve(FilePath(path), followsLast: false),
            let file = try file(entry, []), case .program = file.content
        else { return nil }
        return file
    }

    private func file(_ entry: FileEntry, _ through: [String]) throws(IOFailure) -> ImageTree.File? {
        guard entry.fileKind == .file else { return nil }
        return ImageTree.File(
            path: Self.text(entry.path), layer: entry.layer, content: ProgramFile(try tree.format(of: entry)),
            isExecutable: entry.mode & 0o111 != 0, through: through)
    }

    private static func text(_ path: FilePath) -> String { String(decoding: path.bytes, as: UTF8.self) }
}

extension EvidenceSearch {
    /// The evidence of an image all of whose files are known.
    static func evidence(in tree: MergedTree, _ config: ConfigView) throws(IOFailure) -> Evidence {
        let (witnesses, sawPrograms) = try witnesses(TreePrograms(tree), config) { _ in true }
        return Evidence(witnesses: witnesses, silence: sawPrograms ? .mixed : .noExecutables)
    }

    /// The witnesses that `isCertain` accepts, and whether there were programs that disagree.
    static func witnesses(
        _ tree: any ProgramTree, _ config: ConfigView, _ isCertain: (Evidence.Witness) -> Bool
    ) throws(IOFailure) -> (witnesses: [Evidence.Witness], sawPrograms: Bool) {
        var entrypoint = EntrypointSearch(tree, config)
        var witnesses: [Evidence.Witness] = []
        if let witness = try entrypoint.witness(), isCertain(witness) {
            witnesses.append(witness)
            // Most programs run on one architecture only. Then the search ends here.
            if !witness.machine.runsElsewhere { return (witnesses, true) }
        }
        var search = WitnessSearch(tree)
        if let witness = try search.loader(), isCertain(witness) { witnesses.append(witness) }
        if witnesses.count < 2, let witness = try search.majority(), isCertain(witness) { witnesses.append(witness) }
        if witnesses.isEmpty, let witness = try search.elsewhere(), isCertain(witness) { witnesses.append(witness) }
        return (witnesses, search.sawPrograms)
    }
}
