internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImageSinks
internal import ImageSources
internal import Registry

/// The command `cat`: prints one regular file of an image.
struct CatCommand {
    private let request: CatRequest
    private let console: Console
    private let reference: SourceReference
    private let platforms: [Platform]
    private let registries: RegistryAccess

    init(_ request: CatRequest, _ console: Console) throws(CommandError) {
        self.request = request
        self.console = console
        reference = try CommandError.checked { () throws(SourceError) in
            try SourceReference(parsing: request.source)
        }
        try reference.refusePlatform(for: CatRow.command.name)
        platforms = try TypedPlatform.selection([request.platform].compactMap(\.self))
        registries = try RegistryOpening.access(request.registry, naming: [request.source])
    }

    func run() throws(CommandError) {
        Interruption.install()
        let temporary = TemporarySpool(in: SinkContext.temporaryDirectory, for: CatRow.command.name) { _ in }
        defer { console.warn(temporary: temporary.discard()) }
        let tree = try console.progress { (bar) throws(CommandError) in
            try self.tree(temporary.spool, bar)
        }
        let entry = try CommandError.checked { () throws(FilePathError) in try regularFile(in: tree) }
        try print(entry, of: tree)
        try CommandError.checked { () throws(IOFailure) in try StandardStreams.finish(.output) }
    }

    private func tree(_ spool: SpoolDirectory, _ bar: ProgressBar) throws(CommandError) -> ImageFileTree {
        let policy = OpeningPolicy(streams: .init(spool: spool), extent: .init(platforms.first))
        let source = try CommandError.checked { () throws(SourceError) in
            try Source.open(reference, registries, policy)
        }
        return try ImageFileTree(SelectedImages(source: source, platforms: platforms), bar)
    }

    private func regularFile(in tree: ImageFileTree) throws(FilePathError) -> FileEntry {
        let entry = try tree.file(at: request.path)
        guard let entry, entry.fileKind == .file else { throw flaw(.notRegular(entry)) }
        return entry
    }

    private func flaw(_ flaw: FilePathError.Flaw) -> FilePathError {
        FilePathError(source: reference.text, path: FilePath(request.path), flaw: flaw)
    }

    // MARK: - Printing

    /// Smaller files are printed when their layer was verified again.
    private static let heldSize: Int64 = 8 << 20

    /// A large file is printed while its layer is read: all layers were verified before, to find the file. The exit
    /// status is 0 only if the layer is still sound.
    private func print(_ entry: FileEntry, of tree: ImageFileTree) throws(CommandError) {
        let isTerminal = StandardStreams.isTerminal(.output)
        let isUTF8 = LocaleName().isUTF8
        if entry.size <= Self.heldSize {
            let held = HeldBytes()
            try pass(entry, of: tree) { held.bytes += $0 }
            if isTerminal, ControlCharacters.areIn(held.bytes, isUTF8: isUTF8) {
                throw CommandError(flaw(.controlCharacters))
            }
            return try CommandError.checked { () throws(IOFailure) in try console.print(bytes: held.bytes) }
        }
        if isTerminal {
            let search = ControlCharacters(isUTF8: isUTF8)
            try pass(entry, of: tree) { search.look(at: $0) }
            if search.areFound { throw CommandError(flaw(.controlCharacters)) }
        }
        let output = StandardOutput()
        try pass(entry, of: tree) { (bytes) throws(IOFailure) in try output.write(bytes.span) }
    }

    private func pass(
        _ entry: FileEntry, of tree: ImageFileTree, _ receive: @escaping ([UInt8]) throws(IOFailure) -> Void
    ) throws(CommandError) {
        do throws(FileContentError) {
            try tree.files.passContent(of: entry.path, in: tree.layers, to: receive)
        } catch {
            switch error {
            case .layer(let failure): throw CommandError(UnreadLayer(source: tree.source, failure: failure))
            case .output(let failure): throw CommandError(failure)
            case .sparse: throw CommandError(flaw(.sparse))
            case .absent: throw CommandError(flaw(.absent(nil, entry.path.bytes, FilePath(""))))
            }
        }
    }

    /// The bytes of a small file.
    private final class HeldBytes { var bytes: [UInt8] = [] }
}
