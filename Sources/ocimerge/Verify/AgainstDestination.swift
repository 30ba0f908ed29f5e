internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The place that `--against` names.
enum AgainstDestination {
    case files(SourceReference)
    /// One image in a registry.
    case reference(RegistryReference)
    /// The prefix of `push --all`, without the scheme.
    case prefix(String)

    /// `docker://` with a tag or a digest is a reference, else a prefix.
    init(_ text: String) throws(CommandError) {
        if text.hasPrefix(RegistryReference.scheme) {
            let prefix = PrefixText.trimmed(text)
            let isReference = Self.namesImage(prefix)
            let sample = isReference ? prefix : prefix + "/image"
            guard let reference = RegistryReference(parsing: sample) else {
                throw CommandError(SourceError.malformedReference(text, ReferenceFlaw.found(in: sample)))
            }
            self = isReference ? .reference(reference) : .prefix(prefix)
            return
        }
        let reference = try CommandError.checked { () throws(SourceError) in try SourceReference(parsing: text) }
        if reference.platform != nil { throw CommandError(VerifyError.declaredPlatform(source: text)) }
        self = .files(reference)
    }

    /// Whether the text behind the scheme has a tag or a digest. A colon in its first part precedes a port.
    private static func namesImage(_ text: String) -> Bool {
        if text.contains("@") { return true }
        guard let slash = text.lastIndex(of: "/") else { return false }
        return text[slash...].contains(":")
    }

    /// A reference in the registry that the text names; the text itself if it names a file.
    static func sampleReference(of text: String) -> String {
        guard text.hasPrefix(RegistryReference.scheme) else { return text }
        let prefix = PrefixText.trimmed(text)
        return RegistryReference.scheme + (namesImage(prefix) ? prefix : prefix + "/image")
    }
}
