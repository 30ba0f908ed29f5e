internal import ByteIO
internal import ImageModel

/// Everything that was found out about a source, for the checks to judge.
struct AuditFacts: Sendable {
    let subject: AuditSubject
    let walk: GraphWalk
    let outcomes: BlobOutcomes
    let evidence: [Digest: Evidence]

    var graph: ImageGraph { subject.graph }

    /// What a layer was found to be, when its bytes are those that were promised: nothing is said of what bytes hold that
    /// are damaged themselves.
    func promised(_ use: GraphWalk.Use) -> BlobMeasure? {
        let digest = use.descriptor.digest
        guard case .measured(let measure, _)? = outcomes.used[digest] else { return nil }
        return use.claimsBytes && measure.digest(digest.algorithm) != digest ? nil : measure
    }
}

/// One family of problems.
protocol AuditCheck: Sendable {
    func findings(_ facts: AuditFacts) -> [Finding]
}
