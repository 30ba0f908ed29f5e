internal import ImageAudit
internal import ImageModel

extension PlatformContradictions: Reportable {
    var sentence: String {
        let shown = found.prefix(5).map(EvidenceMessage.statement)
        let more = found.count - shown.count
        let all = shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
        return all + "; correct it: \(command) (or keep it with --trust)"
    }
}

/// Sentences about the evidence of executables.
enum EvidenceMessage {
    /// A warning: the platform of the image is not verified.
    static func sentence(for silent: PlatformEvidence.Silent) -> String {
        "\(TerminalText.part(silent.source)): no evidence that the image is for "
            + "\(TerminalText.part(silent.platform?.description ?? "an unknown platform")): "
            + reason(silent.silence)
    }

    /// The file that decides on the platform of an image.
    static func decision(on image: PlatformEvidence.Examined) -> String {
        let subject =
            "\(TerminalText.part(image.source)): "
            + TerminalText.part(image.platform?.description ?? "unknown platform")
        return switch image.evidence.verdict(on: image.platform) {
        case .agrees(let witness): "\(subject) is confirmed: \(description(of: witness))"
        case .contradicts(let witness): "\(subject) is contradicted: \(description(of: witness))"
        case .silent(let silence): "\(subject) is not verified: \(reason(silence))"
        }
    }

    static func corrected(_ found: PlatformEvidence.Contradiction) -> String {
        statement(found) + "; written as \(TerminalText.part(found.found.description))"
    }

    static func copied(_ found: PlatformEvidence.Contradiction) -> String {
        statement(found) + "; the image is copied unchanged (ocimerge copy --fix corrects it)"
    }

    static func overruled(_ found: PlatformEvidence.Contradiction) -> String {
        let claimed = TerminalText.part(found.claimed?.description ?? "unknown")
        return
            "\(TerminalText.part(found.source)): declared to be \(claimed), but \(description(of: found.witness)); "
            + "the declared platform is used"
    }

    /// `/bin/sh, which it runs, is s390x (layer sha256:…)`
    static func description(of witness: Evidence.Witness) -> String {
        "\(statement(about: witness)) (layer \(witness.layer))"
    }

    /// `✓ /bin/sh, which it runs, is s390x`
    static func remark(on entry: SourceSummary.PlatformEntry, _ style: TextStyle) -> String {
        guard let evidence = entry.examination?.evidence else { return "no evidence: \(unexamined)" }
        switch evidence.verdict(on: entry.platform) {
        case .agrees(let witness):
            // An image that does not start gets no mark of approval.
            let starts = entry.examination?.start?.severity != .error
            return (starts ? style.good(Marks.check) + " " : "") + statement(about: witness)
        case .contradicts(let witness): return "\(style.bad(Marks.cross)) \(statement(about: witness))"
        case .silent(let silence): return "no evidence: \(reason(silence))"
        }
    }

    /// Why an image has no examination.
    static let unexamined = "its config is absent or unreadable"

    static func reason(_ silence: Evidence.Silence) -> String {
        switch silence {
        case .noExecutables: "it holds no programs"
        case .mixed: "its programs are for several architectures"
        case .undecided: "not conclusive so far; --evidence=full searches further"
        case .unreadable: "layers are absent, damaged or cannot be read"
        }
    }

    static func statement(about witness: Evidence.Witness) -> String {
        let level = witness.machine.level.map { $0 > 1 ? " (x86-64-v\($0))" : "" } ?? ""
        return "\(TerminalText.part(witness.path))\(remark(witness.role)) is "
            + "\(TerminalText.part(witness.machine.name))\(level)"
    }

    fileprivate static func statement(_ found: PlatformEvidence.Contradiction) -> String {
        let source = TerminalText.part(found.source)
        let image = found.image.map { "\(source): image \($0)" } ?? source
        let claim = found.claimed.map { "says \(TerminalText.part($0.description))" } ?? "says no platform"
        return "\(image) \(claim), but \(description(of: found.witness))"
    }

    fileprivate static func remark(_ role: Evidence.Witness.Role) -> String {
        switch role {
        case .entrypoint(let through):
            through.isEmpty
                ? ", which it runs,"
                : ", which it runs through \(through.map(TerminalText.part).joined(separator: ", ")),"
        case .loader: ", its loader,"
        case .majority(let count, let all): ", like \(count) of \(all) in its bin directories,"
        case .elsewhere(let count): count == 1 ? ", its only program," : ", like all \(count) of its programs,"
        }
    }
}
