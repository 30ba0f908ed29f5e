internal import ByteIO
internal import ImageModel
internal import ImageSources

/// Damage in an archive that lies in volumes is somebody's: the list beside them tells whose, once there is a reason to
/// read them all.
enum VolumeBlame {
    /// The wrong volume, where that is why reading the sources failed; else the error itself.
    static func cause(of error: any Error, sources: [String]) -> any Error {
        guard isDamage(error), !Interruption.isRequested else { return error }
        for text in sources {
            if let wrong = (try? SourceReference(parsing: text)).flatMap({ try? $0.firstWrongVolume() }) {
                return wrong
            }
        }
        return error
    }

    private static func isDamage(_ error: any Error) -> Bool {
        switch error {
        case is BlobError, is TarError: true
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
    /// nil: the source does not lie in volumes, or each is what the list beside them says, or nobody has said it.
    func firstWrongVolume() throws(IOFailure) -> IOFailure? {
        guard case .path(let path) = place, FileSystem.kind(of: path) == .file else { return nil }
        return try Volumes(first: path)?.firstWrong()
    }
}
