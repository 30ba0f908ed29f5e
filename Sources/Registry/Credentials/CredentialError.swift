package import ByteIO

/// Credentials cannot be had or kept. Facts only, never a secret.
package enum CredentialError: Error, Equatable, Sendable {
    case io(IOFailure)
    /// A file of credentials cannot be understood.
    case malformed(path: String, what: String)
    /// The name of a helper that is none: it would be a path or an option.
    case helperName(path: String, name: String)
    case helperMissing(helper: String)
    /// What the helper said, bounded, when it failed.
    case helperFailed(helper: String, status: Int32, said: String)
    case helperAnswer(helper: String)
}
