internal import ImageModel

/// Checks the platforms in configs and descriptors: they must be stated, agree, and be unique in an index.
struct PlatformCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        facts.walk.images.flatMap { image in config(of: image, facts) }
            + facts.walk.indexes.flatMap { index in duplicates(in: index, facts) + sameLayers(in: index, facts) }
    }

    private func config(of image: GraphSurvey.Image, _ facts: AuditFacts) -> [Finding] {
        guard let config = image.config else { return [] }
        var missing: [String] = []
        if config.platform?.os ?? "" == "" { missing.append("os") }
        if config.platform?.architecture ?? "" == "" { missing.append("architecture") }
        if !missing.isEmpty {
            return [finding(.platformMissing(missing), image)]
        }
        guard let stated = config.platform else { return [] }
        // One index may be right and another wrong.
        return (facts.walk.claims[image.descriptor.digest] ?? []).compactMap { claim -> Finding? in
            guard let platform = claim.descriptor.platform, !claim.descriptor.isAttestation,
                stated.disagrees(with: platform) || stated.disagreesInBuild(with: platform)
            else { return nil }
            return Finding(
                .platformDisagrees(descriptor: platform, config: stated), at: claim.reached.place,
                root: claim.reached.root, subject: image.descriptor.digest)
        }
    }

    private func finding(_ problem: Problem, _ image: GraphSurvey.Image) -> Finding {
        Finding(problem, at: image.reached.place, root: image.reached.root, subject: image.descriptor.digest)
    }

    private func duplicates(in index: GraphSurvey.Index, _ facts: AuditFacts) -> [Finding] {
        var seen: [Platform: (digest: Digest, place: DescriptorPath)] = [:]
        var findings: [Finding] = []
        for entry in index.entries where !entry.descriptor.isAttestation {
            guard let platform = platform(of: entry.descriptor, facts) else { continue }
            guard let earlier = seen[platform] else {
                seen[platform] = (entry.descriptor.digest, entry.place)
                continue
            }
            guard earlier.digest != entry.descriptor.digest else { continue }
            findings.append(
                Finding(
                    .duplicatePlatform(platform, other: earlier.place), at: entry.place, root: index.reached.root,
                    subject: entry.descriptor.digest))
        }
        return findings
    }

    /// An image that was pushed twice under two platforms, by mistake or because it contains only data.
    private func sameLayers(in index: GraphSurvey.Index, _ facts: AuditFacts) -> [Finding] {
        var seen: [[Digest]: Platform] = [:]
        return index.entries.compactMap { entry in
            guard !entry.descriptor.isAttestation, let platform = platform(of: entry.descriptor, facts),
                let layers = facts.graph.manifest(entry.descriptor.digest)?.layers.map(\.digest), !layers.isEmpty
            else { return nil }
            guard let other = seen[layers] else {
                seen[layers] = platform
                return nil
            }
            if other.runsSamePrograms(as: platform) { return nil }
            return Finding(
                .sameLayers(platform, other: other), at: entry.place, root: index.reached.root,
                subject: entry.descriptor.digest)
        }
    }

    /// The platform by which a reader of the index chooses; `nil` for artifacts and for nested indexes.
    private func platform(of descriptor: Descriptor, _ facts: AuditFacts) -> Platform? {
        let manifest = facts.graph.manifest(descriptor.digest)
        if let manifest, !manifest.isImage { return nil }
        let config = manifest.flatMap(facts.graph.config(of:))
        guard let platform = descriptor.platform ?? config?.platform, !platform.isUnknown else { return nil }
        return platform.normalized
    }
}

/// Checks the declared platform against the executables inside.
struct EvidenceCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        facts.walk.images.compactMap { image in
            guard image.isTrusted, image.config != nil, let outcome = facts.examinations[image.descriptor.digest] else {
                return nil
            }
            func finding(_ problem: Problem) -> Finding {
                Finding(problem, at: image.reached.place, root: image.reached.root, subject: image.descriptor.digest)
            }
            let evidence: Evidence
            switch outcome {
            case .found(let found): evidence = found.evidence
            case .failed(let failure): return finding(.unreadable(failure))
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
