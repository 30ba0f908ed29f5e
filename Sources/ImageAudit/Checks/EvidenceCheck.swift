internal import ImageModel

/// The declared platform against the executables inside.
struct EvidenceCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        facts.walk.images.compactMap { image in
            guard image.isTrusted, image.config != nil, let evidence = facts.evidence[image.descriptor.digest] else {
                return nil
            }
            func finding(_ problem: Problem) -> Finding {
                Finding(problem, at: image.reached.place, root: image.reached.root, subject: image.descriptor.digest)
            }
            switch evidence.verdict(on: image.platform) {
            case .agrees: return nil
            case .silent(let silence): return finding(.noEvidence(silence))
            case .contradicts(let witness):
                guard let declared = image.platform else { return nil }
                return finding(.contradiction(declared: declared, witness))
            }
        }
    }
}
