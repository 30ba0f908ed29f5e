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
