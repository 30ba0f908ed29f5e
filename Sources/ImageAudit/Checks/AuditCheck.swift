internal import ByteIO
internal import ImageModel

/// All facts about a source, for the checks.
struct AuditFacts: Sendable {
    let subject: AuditSubject
    let walk: GraphSurvey
    let outcomes: BlobOutcomes
    /// By the manifest of the image. Images without a readable config have none.
    let examinations: [Digest: ExaminationOutcome]

    var graph: ImageGraph { subject.graph }

    /// The measure of a layer; `nil` if its bytes are damaged. The content of damaged bytes is not checked.
    func promised(_ use: GraphSurvey.Use) -> BlobMeasure? {
        let digest = use.descriptor.digest
        guard case .measured(let measure, _)? = outcomes.used[digest] else { return nil }
        return use.claimsBytes && measure.digest(digest.algorithm) != digest ? nil : measure
    }
}

/// The result of examining the files of an image.
enum ExaminationOutcome: Sendable {
    case found(Examination)
    /// Bytes that had been read before could not be read again.
    case failed(IOFailure)

    /// `nil` if the examination failed.
    var examination: Examination? { if case .found(let examination) = self { examination } else { nil } }
}

/// A check for one family of problems.
protocol AuditCheck: Sendable {
    func findings(_ facts: AuditFacts) -> [Finding]
}
