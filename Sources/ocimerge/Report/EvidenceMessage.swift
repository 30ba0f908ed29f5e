internal import ImageAudit
internal import ImageModel

/// Sentences about what executables say of an image.
enum EvidenceMessage {
    static func sentence(for error: PlatformContradictions) -> String {
        let shown = error.found.prefix(5).map(statement)
        let more = error.found.count - shown.count
        let all = shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
        return all + "; mend it: \(TerminalText.escaped(error.command)) (or keep it as it is, with --trust)"
    }

    static func mended(_ found: PlatformLook.Contradiction) -> String {
        statement(found) + "; written as \(TerminalText.escaped(found.found.description))"
    }

    static func overruled(_ found: PlatformLook.Contradiction) -> String {
        let claimed = TerminalText.escaped(found.claimed?.description ?? "unknown")
        return
            "\(TerminalText.escaped(found.source)): declared to be \(claimed), but \(description(of: found.witness)); "
            + "it is written as declared"
    }

    static func unseen(_ source: String) -> String {
        "\(TerminalText.escaped(source)): the executables inside are not looked at, because nothing of a stream is kept"
    }

    /// `/bin/sh, which it runs, is s390x (layer sha256:…)`
    static func description(of witness: Evidence.Witness) -> String {
        "\(TerminalText.escaped(witness.path))\(remark(witness.role)) is \(TerminalText.escaped(witness.machine.name)) "
            + "(layer \(witness.layer))"
    }

    private static func statement(_ found: PlatformLook.Contradiction) -> String {
        let source = TerminalText.escaped(found.source)
        let image = found.image.map { "\(source): image \($0)" } ?? source
        let claim = found.claimed.map { "says \(TerminalText.escaped($0.description))" } ?? "says no platform"
        return "\(image) \(claim), but \(description(of: found.witness))"
    }

    private static func remark(_ role: Evidence.Witness.Role) -> String {
        switch role {
        case .entrypoint(let through):
            through.isEmpty
                ? ", which it runs,"
                : ", which it runs through \(through.map(TerminalText.escaped).joined(separator: ", ")),"
        case .loader: ", its loader,"
        case .majority(let count, let all): ", like \(count) of \(all) in its bin directories,"
        case .elsewhere(let count): count == 1 ? ", its only program," : ", like all \(count) of its programs,"
        }
    }
}
