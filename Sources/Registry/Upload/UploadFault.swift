internal import ByteIO

/// The consequence of a failed request for its upload.
enum UploadFault: Equatable {
    /// No retry can succeed.
    case permanent
    /// The body is too large for the registry or a proxy.
    case tooLarge
    /// The registry has lost the session or refuses to continue it.
    case sessionLost
    /// The chunk does not start where the registry's content ends.
    case wrongOffset
    /// A network failure or a busy registry, in a request that the transport does not retry.
    case transient

    init(_ error: RegistryError) {
        switch error {
        case .io(let failure): self = Self.isTransient(failure) ? .transient : .permanent
        case .notFound: self = .sessionLost
        case .refused(_, let status, _):
            switch status {
            case 413: self = .tooLarge
            case 416: self = .wrongOffset
            case 408, 425, 429, 500, 502, 503, 504: self = .transient
            case 404, 410: self = .sessionLost
            default:
                let isLost = error.hasCode("BLOB_UPLOAD_UNKNOWN") || error.hasCode("BLOB_UPLOAD_INVALID")
                self = isLost ? .sessionLost : .permanent
            }
        default: self = .permanent
        }
    }

    private static func isTransient(_ failure: IOFailure) -> Bool {
        failure.isTransientNetworkFault || failure.cause == .truncated && failure.operation == .receive
    }
}

extension RegistryError {
    /// Whether the registry's error texts contain `code`.
    func hasCode(_ code: String) -> Bool {
        if case .refused(_, _, let errors) = self { errors.contains { $0.code == code } } else { false }
    }

    /// Whether the error is a 4xx that refuses the request itself, not its time or its frequency.
    var isRefusal: Bool {
        switch self {
        case .unauthorized, .notFound: true
        case .refused(_, let status, _), .tokenServer(_, _, let status, _, _):
            (400..<500).contains(status) && ![408, 425, 429].contains(status)
        default: false
        }
    }
}
