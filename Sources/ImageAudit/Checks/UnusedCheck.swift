internal import ByteIO
internal import ImageModel

/// Files that no image needs. Nothing is said where parts of the source cannot be seen: they might.
struct UnusedCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        guard !facts.subject.hidesContent else { return [] }
        var findings: [Finding] = []
        let orphans = facts.subject.unused.filter { $0.stated != nil && $0.source != nil }
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
