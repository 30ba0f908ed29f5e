internal import ByteIO

/// What a failure of one request means for the upload.
enum UploadFault: Equatable {
    /// Nothing that another attempt could mend.
    case lasting
    /// The body was refused for its size.
    case tooLarge
    /// The registry does not know the session, or does not want to go on with it.
    case sessionLost
    /// The piece does not follow what the registry has.
    case outOfStep
    /// Network, or a registry that has too much to do, at a request that nobody has tried again.
    case passing

    init(_ error: RegistryError) {
        switch error {
        case .io(let failure): self = Self.isPassing(failure) ? .passing : .lasting
        case .notFound: self = .sessionLost
        case .refused(_, let status, _):
            switch status {
            case 413: self = .tooLarge
            case 416: self = .outOfStep
            case 408, 425, 429, 500, 502, 503, 504: self = .passing
            case 404, 410: self = .sessionLost
            default:
                self = error.says("BLOB_UPLOAD_UNKNOWN") || error.says("BLOB_UPLOAD_INVALID") ? .sessionLost : .lasting
            }
        default: self = .lasting
        }
    }

    private static func isPassing(_ failure: IOFailure) -> Bool {
        failure.isTransientNetworkFault || failure.cause == .truncated && failure.operation == .receive
    }
}

/// Where an upload stands.
enum UploadState: Equatable {
    /// No session, or none that is of use.
    case new
    /// The registry knows how much it has; we do not.
    case doubtful(UploadSession)
    case ready(UploadSession, offset: Int64)

    var session: UploadSession? {
        switch self {
        case .new: nil
        case .doubtful(let session), .ready(let session, _): session
        }
    }
}
