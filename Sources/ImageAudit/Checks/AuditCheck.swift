internal import ByteIO
internal import ImageModel

/// Everything that was found out about a source, for the checks to judge.
struct AuditFacts: Sendable {
    let subject: AuditSubject
    let walk: GraphWalk
    let outcomes: [Digest: BlobOutcome]
    let evidence: [Digest: Evidence]

    var graph: ImageGraph { subject.graph }

    /// The digest of what a layer holds, when its bytes are those that were promised.
    func content(of use: GraphWalk.Use) -> Digest? {
        let digest = use.descriptor.digest
        guard case .measured(let measure, _)? = outcomes[digest], measure.failure == nil else { return nil }
        let bytes = Digest(digest.algorithm, raw: measure.digest)
        if use.claimsBytes, bytes != digest { return nil }
        guard measure.compression != nil else { return bytes }
        return measure.content.map { Digest($0.count == 64 ? .sha512 : .sha256, raw: $0) }
    }
}

/// One family of problems.
protocol AuditCheck: Sendable {
    func findings(_ facts: AuditFacts) -> [Finding]
}
