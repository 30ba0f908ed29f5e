internal import ImageModel
internal import ImageSinks

/// What is said of a result that goes to a registry.
enum PushText {
    static func verb(for destination: String, isDryRun: Bool) -> String {
        let isRegistry = destination.hasPrefix(RegistryReference.scheme)
        return switch (isRegistry, isDryRun) {
        case (true, false): "pushed"
        case (true, true): "would push"
        case (false, false): "wrote"
        case (false, true): "would write"
        }
    }

    /// `2 layers sent (3.1 MB), 1 mounted, 4 there already`; without what did not happen.
    static func layers(_ pushed: PushedContent) -> String {
        var parts: [String] = []
        if pushed.sent > 0 {
            parts.append(
                "\(pushed.sent) layer\(pushed.sent == 1 ? "" : "s") sent (\(ByteCount.text(pushed.sentBytes)))")
        }
        if pushed.mounted > 0 { parts.append("\(pushed.mounted) mounted") }
        if pushed.present > 0 { parts.append("\(pushed.present) there already") }
        return parts.isEmpty ? "no layers" : parts.joined(separator: ", ")
    }

    static func json(_ pushed: PushedContent) -> JSONText {
        .object([
            ("sent", .integer(Int64(pushed.sent))), ("sentBytes", .integer(pushed.sentBytes)),
            ("mounted", .integer(Int64(pushed.mounted))), ("present", .integer(Int64(pushed.present))),
        ])
    }
}
