internal import ByteIO
internal import ImageModel

/// Checks size and digest of all content that a descriptor names, and of files named after their digest. One damage
/// gives one finding: truncated bytes are reported as such only.
struct BytesCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var findings = facts.walk.wrongSizes.map { wrong in
            Finding(
                .size(expected: wrong.descriptor.size, found: wrong.found), at: wrong.use.place, root: wrong.use.root,
                subject: wrong.descriptor.digest)
        }
        for (digest, uses) in facts.walk.uses {
            guard let outcome = facts.outcomes.used[digest] else { continue }
            findings += self.findings(digest, uses, outcome)
        }
        for (number, file) in facts.subject.unused.enumerated() {
            guard let stated = file.stated, let outcome = facts.outcomes.unused[number] else { continue }
            let place = DescriptorPath(file.name)
            switch outcome {
            case .unreadable(let failure):
                findings.append(Finding(.unreadable(failure), at: place, root: nil, subject: stated))
            case .measured(let measure, _):
                let found = measure.digest(stated.algorithm)
                if found == stated { continue }
                let problem = found.map { Problem.digest(expected: stated, found: $0) } ?? .uncomputedDigest
                findings.append(Finding(problem, at: place, root: nil, subject: stated))
            // No descriptor states the size of an unused file.
            case .oversized: continue
            }
        }
        return findings
    }

    private func findings(_ digest: Digest, _ uses: [GraphSurvey.Use], _ outcome: BlobOutcome) -> [Finding] {
        func finding(_ problem: Problem, _ uses: [GraphSurvey.Use]) -> [Finding] {
            guard let first = uses.first else { return [] }
            return [
                Finding(
                    problem, at: first.reached.place, root: first.reached.root, subject: digest,
                    otherPlaces: uses.count - 1)
            ]
        }
        switch outcome {
        case .unreadable(let failure): return finding(.unreadable(failure), uses)
        case .oversized(let found):
            return uses.first.map { finding(.size(expected: $0.descriptor.size, found: found), uses) } ?? []
        case .measured(let measure, _):
            let claims = uses.filter(\.claimsBytes)
            let wrong = claims.filter { $0.isTrusted && $0.descriptor.size != measure.size }
            if let first = wrong.first {
                return finding(.size(expected: first.descriptor.size, found: measure.size), wrong)
            }
            guard let found = measure.digest(digest.algorithm) else { return finding(.uncomputedDigest, claims) }
            return found == digest ? [] : finding(.digest(expected: digest, found: found), claims)
        }
    }
}
