internal import ByteIO
internal import ImageModel
internal import ImageSources

/// Names the damaged volume, using the `.sha256` list beside the volumes. Volumes are hashed only after an error.
enum DamagedVolume {
    /// The error of the wrong volume if one of the sources is damaged by it; else `error`.
    static func cause(of error: CommandError, sources parsed: ParsedArguments) -> CommandError {
        guard isDamage(error.cause), !Interruption.isRequested else { return error }
        for text in parsed.positionals + parsed.values("since") {
            if let wrong = (try? SourceReference(parsing: text)).flatMap({ try? $0.firstWrongVolume() }) {
                return CommandError(wrong)
            }
        }
        return error
    }

    private static func isDamage(_ error: any Reportable) -> Bool {
        switch error {
        case is BlobError, is TarError, is UnreadLayer, TarEditError.tar: true
        case let error as any ReportableUnion: isDamage(error.reportable)
        case let failure as IOFailure: isDamage(failure)
        case let error as SourceError:
            switch error {
            case .io(let failure): isDamage(failure)
            case .tar, .member, .unknownFormat, .layoutVersion, .schema1, .document, .documentSize, .documentDigest,
                .missingMember, .layerDigest, .layerCompression, .noImage:
                true
            default: false
            }
        default: false
        }
    }

    private static func isDamage(_ failure: IOFailure) -> Bool {
        switch failure.cause {
        case .truncated, .corrupt, .wrongContent: true
        default: false
        }
    }
}

extension SourceReference {
    /// `nil` if the source has no volumes, if every volume matches the list beside them, or if there is no list.
    func firstWrongVolume() throws(IOFailure) -> IOFailure? {
        guard case .path(let path) = place, FileSystem.kind(of: path) == .file else { return nil }
        return try Volumes(first: path)?.firstWrong()
    }
}
