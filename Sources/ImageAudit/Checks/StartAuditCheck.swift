internal import ImageModel

/// Reports why containers of images would not start.
struct StartAuditCheck: AuditCheck {
    func findings(_ facts: AuditFacts) -> [Finding] {
        facts.walk.images.flatMap { image -> [Finding] in
            guard image.isTrusted, let start = facts.examinations[image.descriptor.digest]?.examination?.start else {
                return []
            }
            return start.findings.filter(Self.isNew).map { finding in
                let layer = image.layers.last { $0.descriptor.digest == finding.layer }
                return Finding(
                    .start(finding), at: layer?.reached.place ?? image.reached.place, root: image.reached.root,
                    subject: layer?.descriptor.digest ?? image.descriptor.digest, image: image.descriptor.digest)
            }
        }
    }

    /// Whether no other check reports the cause.
    private static func isNew(_ finding: StartFinding) -> Bool {
        guard case .unchecked(.layers(let fault, _)) = finding.problem else { return true }
        switch fault {
        case .absent, .unreadable, .wrongSize, .wrongContent, .wrongDiffID, .unverified, .undecodable, .tar:
            return false
        case .invalidName, .longPath, .notDirectory, .endlessLinks, .hardLinkTarget, .unknownType, .tooManyFiles:
            return true
        }
    }
}
