internal import ByteIO
internal import ImageModel

/// Checks for absent content. It is an error, unless the image was pulled partly or the layer is foreign.
struct PresenceCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        var findings: [Finding] = []
        var unreached = 0
        var leftOut: [Int64] = []
        for (absence, problem) in worst(facts.walk.absences) {
            if case .missing = problem, facts.subject.isCutOff {
                unreached += 1
                continue
            }
            if case .missing(let type) = problem, facts.graph.isIncrement, !type.isOfImageDocument {
                leftOut.append(absence.descriptor.size)
                continue
            }
            findings.append(
                Finding(
                    problem, at: absence.reached.place, root: absence.reached.root,
                    subject: absence.descriptor.digest))
        }
        if unreached > 0 { findings.append(Finding(.unreached(unreached), at: DescriptorPath(), root: nil)) }
        if !leftOut.isEmpty {
            let bytes = leftOut.totalSize(\.self)
            findings.append(Finding(.leftOut(leftOut.count, bytes: bytes), at: DescriptorPath(), root: nil))
        }
        for index in facts.walk.indexes where !facts.subject.isCutOff {
            let images = index.entries.map(\.descriptor).filter { !$0.isAttestation }
            let isEmpty = images.allSatisfy { image in
                facts.graph.documents[image.digest] == nil && facts.graph.blobs[image.digest] == nil
                    && !facts.subject.told.contains(image.digest)
            }
            if !images.isEmpty, isEmpty {
                findings.append(
                    Finding(.nothingPresent, at: index.reached.place, root: index.reached.root, subject: index.digest))
            }
        }
        return findings
    }

    /// One absence for each digest: the first that is an error, else the first.
    private func worst(_ absences: [GraphSurvey.Absence]) -> [(absence: GraphSurvey.Absence, problem: Problem)] {
        var found: [(absence: GraphSurvey.Absence, problem: Problem)] = []
        var numbers: [Digest: Int] = [:]
        for absence in absences {
            let problem = problem(absence)
            if let number = numbers[absence.descriptor.digest] {
                if found[number].problem.isNote, !problem.isNote { found[number] = (absence, problem) }
            } else {
                numbers[absence.descriptor.digest] = found.count
                found.append((absence, problem))
            }
        }
        return found
    }

    private func problem(_ absence: GraphSurvey.Absence) -> Problem {
        let descriptor = absence.descriptor
        if descriptor.isForeign { return .foreign }
        if absence.isOptional { return .absentAttestation }
        return absence.isChild ? .absentChild(descriptor.platform) : .missing(descriptor.mediaType)
    }
}

extension MediaType {
    /// Whether increments carry content of this type.
    fileprivate var isOfImageDocument: Bool { isIndex || isManifest || isImageConfig }
}

/// Checks for files that no image needs. Reports nothing if parts of the source are unreadable: they might need the
/// files.
struct UnusedCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        guard !facts.subject.hidesContent else { return [] }
        var findings: [Finding] = []
        let orphans = facts.subject.unused.filter { file in
            guard let stated = file.stated, file.source != nil else { return false }
            return !file.mayRepeat || !facts.graph.holds(stated)
        }
        if !orphans.isEmpty {
            let bytes = orphans.totalSize { $0.source?.size ?? 0 }
            findings.append(Finding(.orphans(orphans.map(\.name), bytes: bytes), at: DescriptorPath(), root: nil))
        }
        let extras = facts.subject.unused.filter { $0.stated == nil || $0.source == nil }
        if !extras.isEmpty {
            findings.append(Finding(.extras(extras.map(\.name)), at: DescriptorPath(), root: nil))
        }
        return findings
    }
}
