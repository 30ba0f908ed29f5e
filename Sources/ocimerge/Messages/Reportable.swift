internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// Facts become one sentence: what failed on what, expected and found, and what to do next.
enum ErrorMessage {
    /// The value of an option cannot be read: the command line is wrong, not the world.
    static func isUsage(_ error: any Error) -> Bool {
        if let error = error as? FixError { return error.isUsage }
        if let error = error as? LayoutError { return error.isUsage }
        if let error = error as? DestinationError { return error.isUsage }
        if case SourceError.malformedDigest? = error as? SourceError { return true }
        if case VerifyError.declaredPlatform? = error as? VerifyError { return true }
        return error is TerminalOutput || error is IncrementDestination || error is PlatformError || error is NameError
            || error is RegistryHostError
            || error is AnnotationError
    }

    static func sentence(for error: any Error) -> String {
        switch error {
        case let error as IOFailure: FileMessage.sentence(for: error)
        case let error as TarError: FileMessage.sentence(for: error)
        case let error as MemberError: FileMessage.sentence(for: error)
        case let error as SourceError: SourceMessage.sentence(for: error)
        case let error as SpecError: SpecMessage.sentence(for: error)
        case let error as LayoutError: LayoutMessage.sentence(for: error)
        case let error as PushConflict: PushMessage.sentence(for: error)
        case let error as PushError: PushMessage.sentence(for: error)
        case let error as MergeConflict: MergeMessage.sentence(for: error)
        case let error as MissingBlobs: IncrementMessage.sentence(for: error)
        case let error as IncrementBaseError: IncrementMessage.sentence(for: error)
        case let error as IncrementDestination: IncrementMessage.sentence(for: error)
        case let error as GraphError: DocumentMessage.sentence(for: error)
        case let error as DocumentError: DocumentMessage.phrase(for: error)
        case let error as JSONEditError: DocumentMessage.phrase(for: error)
        case let error as JSONError: DocumentMessage.phrase(for: .notJSON(error))
        case let error as DestinationError: DestinationMessage.sentence(for: error)
        case let error as BlobError: DocumentMessage.sentence(for: error)
        case let error as PlatformError:
            "'\(TerminalText.escaped(error.text))' is not a platform; write os/architecture[/variant], e.g. "
                + "linux/arm/v7"
        case let error as AnnotationError:
            "'\(TerminalText.escaped(error.text))' is not an annotation; write [index:|manifest[PLATFORM]:|"
                + "descriptor[PLATFORM]:]KEY=VALUE"
        case let error as NameError:
            "'\(TerminalText.escaped(error.text))' is not an image name; write NAME[:TAG] in lower case, e.g. "
                + "demo/app:1.0"
        case let error as CredentialError: CredentialMessage.sentence(for: error)
        case let error as RegistryHostError: CredentialMessage.sentence(for: error)
        case is TerminalOutput: "cannot write an archive to a terminal; redirect standard output or name a file"
        case let error as PlatformContradictions: EvidenceMessage.sentence(for: error)
        case let error as FixConflict: FixMessage.sentence(for: error)
        case let error as FixError: FixMessage.sentence(for: error)
        case let error as TarEditError: FixMessage.sentence(for: error)
        case let error as InspectError: InspectMessage.sentence(for: error)
        case let error as VerifyError: VerifyMessage.sentence(for: error)
        case let error as RegistryError: RegistryMessage.sentence(for: error)
        default: "unexpected failure"
        }
    }
}
