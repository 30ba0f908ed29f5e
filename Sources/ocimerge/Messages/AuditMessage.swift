internal import ImageModel

/// Sentences for what inspect cannot show.
enum InspectMessage {
    static func sentence(for error: InspectError) -> String {
        switch error {
        case .severalImages(let source, let names):
            let choice = names.isEmpty ? "choose one with PATH@DIGEST" : "choose one with PATH:NAME: \(list(names))"
            return "\(TerminalText.escaped(source)) holds several images; \(choice)"
        case .severalConfigs(let source, let wanted, let present):
            let what = wanted.map { "one config for \(TerminalText.escaped($0.description))" } ?? "a single config"
            return
                "\(TerminalText.escaped(source)) does not hold \(what); choose one of "
                + "\(list(present.map(\.description)))"
        case .absentConfig(let source, let digest):
            return "\(TerminalText.escaped(source)): config \(digest) is absent; the source is incomplete"
        case .declaredPlatform(let source):
            return "\(TerminalText.escaped(source)): inspect shows what is there; =PLATFORM belongs to merge"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(10).map(TerminalText.escaped).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }
}
