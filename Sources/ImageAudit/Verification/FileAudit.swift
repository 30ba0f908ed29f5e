internal import ByteIO
internal import ImageModel
internal import Synchronization

/// Examines the files of all images whose blobs were measured.
struct FileAudit {
    private let walk: GraphSurvey
    private let outcomes: [Digest: BlobOutcome]
    private let checksStart: Bool

    init(_ walk: GraphSurvey, _ outcomes: [Digest: BlobOutcome], checksStart: Bool) {
        self.walk = walk
        self.outcomes = outcomes
        self.checksStart = checksStart
    }

    /// By the manifest of each image. Images without a readable config have no result.
    func run(threads: Int) throws(IOFailure) -> [Digest: ExaminationOutcome] {
        let images = walk.images
        let found = Mutex<[Digest: ExaminationOutcome]>([:])
        try Threads.forEach(images.count, jobs: threads) { (number) throws(IOFailure) in
            let image = images[number]
            guard let outcome = try outcome(of: image) else { return }
            found.withLock { $0[image.descriptor.digest] = outcome }
        }
        return found.withLock { $0 }
    }

    private func outcome(of image: GraphSurvey.Image) throws(IOFailure) -> ExaminationOutcome? {
        guard let contents = ImageContents(image.descriptor.digest, in: walk.graph) else { return nil }
        let layers = image.layers.map { outcomes[$0.descriptor.digest] }
        do throws(IOFailure) {
            guard layers.allSatisfy({ if case .measured? = $0 { true } else { false } }) else {
                var examination = Examination(evidence: try evidence(contents, layers, isWhole: false))
                let isWindows = image.platform?.normalized.os == "windows"
                if checksStart, isWindows { examination.start = StartReport(unchecked: .windowsBase) }
                return .found(examination)
            }
            let listed = zip(contents.layers, layers).map(Self.listed)
            let isSound = image.layers.allSatisfy(isSound)
            let files = ImageExamination(
                contents, layers: listed, checksStart: checksStart && isSound, areVerified: true)
            var examination = try files.result { () throws(IOFailure) in
                try evidence(contents, layers, isWhole: true)
            }
            let isEncrypted = image.layers.contains { $0.descriptor.mediaType.isEncrypted }
            if checksStart, isEncrypted { examination.start = StartReport(unchecked: .encryptedLayers) }
            return .found(examination)
        } catch {
            if error.cause == .interrupted { throw error }
            // A layer that could not be measured is reported already.
            let isReported = layers.contains { if case .unreadable(error)? = $0 { true } else { false } }
            return isReported ? .found(.unreadable) : .failed(error)
        }
    }

    /// The layer with the list of files that was made while it passed.
    private static func listed(_ layer: ImageContents.Layer, _ outcome: BlobOutcome?) -> ImageContents.Layer {
        guard case .measured(let measure, let listed?)? = outcome else { return layer }
        let blob = MeasuredBlob(path: layer.source?.path ?? "", measure: measure, listed: listed, start: [])
        return ImageContents.Layer(digest: layer.digest, source: blob, diffID: layer.diffID)
    }

    /// Whether the bytes of the layer are those that the image states. Else another finding tells so.
    private func isSound(_ use: GraphSurvey.Use) -> Bool {
        let digest = use.descriptor.digest
        guard case .measured(let measure, _)? = outcomes[digest], measure.failure == nil else { return false }
        if let diffID = use.diffID, measure.content(diffID.algorithm) != diffID { return false }
        return !use.descriptor.mediaType.isEncrypted && (!use.claimsBytes || measure.digest(digest.algorithm) == digest)
    }

    /// The evidence of single listings, for an image whose files are not completely known.
    private func evidence(
        _ contents: ImageContents, _ layers: [BlobOutcome?], isWhole: Bool
    ) throws(IOFailure) -> Evidence {
        let isDropped = layers.contains { $0?.listed?.isDropped ?? false }
        // Plain layers on a disk were not listed while their bytes were read; other listings may have been dropped.
        let isUnlisted = isDropped || layers.allSatisfy { $0?.listed == nil }
        if isWhole, isUnlisted, contents.layers.allSatisfy(\.canBeReadAgain) {
            return try EvidenceSearch.evidence(of: contents, .full, layers: contents.layers)
        }
        let evidence = try EvidenceSearch.evidence(of: contents, listings: layers.map { $0?.listed?.listing })
        return isDropped ? Evidence(witnesses: [], silence: .undecided, damaged: evidence.damaged) : evidence
    }
}
