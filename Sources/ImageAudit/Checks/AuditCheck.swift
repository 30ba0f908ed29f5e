internal import ByteIO
internal import ImageModel

/// All facts about a source, for the checks.
struct AuditFacts: Sendable {
    let subject: AuditSubject
    let walk: GraphSurvey
    let outcomes: BlobOutcomes
    /// By the manifest of the image.
    let evidence: [Digest: EvidenceOutcome]

    var graph: ImageGraph { subject.graph }

    /// The measure of a layer; `nil` if its bytes are damaged. The content of damaged bytes is not checked.
    func promised(_ use: GraphSurvey.Use) -> BlobMeasure? {
        let digest = use.descriptor.digest
        guard case .measured(let measure, _)? = outcomes.used[digest] else { return nil }
        return use.claimsBytes && measure.digest(digest.algorithm) != digest ? nil : measure
    }
}

/// The result of a search for evidence.
enum EvidenceOutcome: Sendable {
    case found(Evidence)
    /// Bytes that had been read before could not be read again.
    case failed(IOFailure)

    /// `nil` if the search failed.
    var evidence: Evidence? { if case .found(let evidence) = self { evidence } else { nil } }
}

/// A check for one family of problems.
protocol AuditCheck: Sendable {
    func findings(_ facts: AuditFacts) -> [Finding]
}
