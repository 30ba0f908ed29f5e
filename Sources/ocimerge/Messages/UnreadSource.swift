internal import ByteIO
internal import ImageModel

/// The next step after a source that is no file: it may be a source of another tool.
enum UnreadSource {
    /// Begins with a semicolon; empty if the text looks like a file.
    static func advice(for text: String) -> String {
        let shown = TerminalText.part(text)
        for (prefix, advice) in transports where text.hasPrefix(prefix) { return "; " + advice }
        for prefix in ["oci://", "ocidir://"] where text.hasPrefix(prefix) {
            return "; a layout is named by its path alone: \(TerminalText.part(String(text.dropFirst(prefix.count))))"
        }
        for prefix in ["https://", "http://"] where text.hasPrefix(prefix) {
            return "; an image in a registry is docker://\(TerminalText.part(String(text.dropFirst(prefix.count))))"
        }
        if FileSystem.kind(of: text + "." + Volumes.number(1)) == .file {
            return "; the archive is in volumes: name \(shown).\(Volumes.number(1))"
        }
        if let platform = try? Platform(parsing: text), platform.normalized.isKnown {
            return "; list several platforms in one option: --platform P,\(shown)"
        }
        if let advice = ForeignVerbs.advice(for: text) { return "; if it is a command, \(advice)" }
        if text.allSatisfy({ $0.isLetter || $0 == "-" }), let name = CommandTable.suggestion(for: text) {
            return "; did you mean the command \(name)?"
        }
        if isImage(text) { return "; an image in a registry is docker://\(shown)" }
        return ""
    }

    private static let transports: [(prefix: String, advice: String)] = [
        ("docker-daemon:", "ocimerge uses no daemon: docker save NAME -o X.tar, then name X.tar"),
        ("containers-storage:", "ocimerge reads no storage of an engine: podman save NAME -o X.tar, then name X.tar"),
    ]

    /// `alpine:3.20`, `ghcr.io/demo/app`
    private static func isImage(_ text: String) -> Bool {
        guard !text.contains(text: ".tar"), !text.hasPrefix("."), ReferenceFlaw.found(in: text) == nil else {
            return false
        }
        guard let slash = text.firstIndex(of: "/") else { return text.contains(":") }
        let first = text[..<slash]
        return first == "localhost" || first.contains { $0 == "." || $0 == ":" }
            || text[slash...].contains(":") || text.contains("@")
    }
}
