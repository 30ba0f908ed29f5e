internal import ByteIO
internal import ImageModel

/// Examines all files of one image: they are listed and merged once, for evidence and for the start check.
struct ImageExamination {
    /// Why the files of an image are not known.
    private enum Gap: Error {
        case layer(LayerFault, Digest)
        case failed(IOFailure)
    }

    private let image: ImageContents
    private let checksStart: Bool
    private let tree: Result<MergedTree, Gap>

    /// `layers` are those of the image, perhaps with other sources. Listings that were made while the layers passed are
    /// used. Other layers are read and verified, unless `areVerified`.
    init(_ image: ImageContents, layers: [ImageContents.Layer], checksStart: Bool, areVerified: Bool) {
        self.image = image
        self.checksStart = checksStart
        tree = Result { () throws(Gap) in try Self.tree(layers, areVerified: areVerified) }
    }

    /// `otherwise` searches for evidence if the files are not completely known.
    func result(otherwise: () throws(IOFailure) -> Evidence) throws(IOFailure) -> Examination {
        switch tree {
        case .success(let tree):
            // The search by listings knows that Windows ignores case.
            let hasDriveC = !tree.names(in: FilePath("Files")).isEmpty
            let evidence =
                isWindows || hasDriveC ? try otherwise() : try EvidenceSearch.evidence(in: tree, image.config)
            guard checksStart else { return Examination(evidence: evidence) }
            return Examination(evidence: evidence, start: try start(tree, evidence))
        case .failure(.failed(let failure)): throw failure
        case .failure(.layer(let fault, let digest)):
            var examination = Examination(evidence: try otherwise())
            if checksStart { examination.start = unchecked(fault, digest) }
            return examination
        }
    }

    private var isWindows: Bool { image.config.platform?.normalized.os == "windows" }

    /// Checks the start for the claimed platform, or else for that of the executables.
    private func start(_ tree: MergedTree, _ evidence: Evidence) throws(IOFailure) -> StartReport? {
        guard let config = image.startConfig else { return nil }
        let stated = image.config.platform
        // A platform that the caller declares replaces that of the config.
        let claimed = image.claims.contains(stated) ? stated : image.claims.compactMap(\.self).min()
        guard let platform = claimed ?? evidence.platform(claimed: nil) else {
            return StartReport(unchecked: .system("an unknown platform"))
        }
        return try StartCheck.report(
            tree, config, platform, isPlatformWrong: image.claims.contains { evidence.contradicts($0) })
    }

    private func unchecked(_ fault: LayerFault, _ digest: Digest) -> StartReport {
        let isAbsent = if case .absent = fault { true } else { false }
        return StartReport(unchecked: isAbsent && isWindows ? .windowsBase : .layers(fault, digest))
    }

    // MARK: - Files

    /// The limit of memory for the files of one image.
    private static let memoryLimit = 256 << 20

    private static func tree(_ layers: [ImageContents.Layer], areVerified: Bool) throws(Gap) -> MergedTree {
        let budget = FileBudget(limit: memoryLimit)
        var known: [Digest: LayerFiles] = [:]
        var listed: [(digest: Digest, files: LayerFiles)] = []
        for layer in layers {
            let files: LayerFiles
            if let found = known[layer.digest] {
                files = found
            } else {
                files = try areVerified ? self.files(of: layer, budget) : verifiedFiles(of: layer, budget)
                known[layer.digest] = files
            }
            listed.append((layer.digest, files))
        }
        do throws(LayerFailure) { return try MergedTree(files: listed, budget: budget) } catch {
            throw .layer(error.fault, error.layer)
        }
    }

    private static func verifiedFiles(
        of layer: ImageContents.Layer, _ budget: FileBudget
    ) throws(Gap) -> LayerFiles {
        // What passed is verified by the reader of the stream.
        if layer.source is any ListedSource { return try files(of: layer, budget) }
        do throws(LayerFault) {
            return try CopyCrew.assisted(by: 1) { (crew) throws(LayerFault) in
                try layer.read(
                    crew, content: [.sha256], keeping: .formats, budget, progress: { _ in }
                ).files(of: layer)
            }
        } catch {
            if case .unreadable(let failure) = error { throw .failed(failure) }
            throw .layer(error, layer.digest)
        }
    }

    private static func files(of layer: ImageContents.Layer, _ budget: FileBudget) throws(Gap) -> LayerFiles {
        guard let source = layer.source else { throw .layer(.absent, layer.digest) }
        let listed: ListedFiles
        do throws(IOFailure) { listed = try ListedFiles(of: source, budget) } catch {
            if error.operation == .decompress { throw .layer(.undecodable(error), layer.digest) }
            throw .failed(error)
        }
        if let fault = listed.fault { throw .layer(fault, layer.digest) }
        return listed.files
    }
}
