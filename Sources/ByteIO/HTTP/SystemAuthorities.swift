internal import Synchronization

/// The paths of the system's CA certificates: those in SSL_CERT_FILE and SSL_CERT_DIR, else those of the distribution. The binary also runs on other distributions than the one that built it.
struct SystemAuthorities: Sendable {
    static let current = SystemAuthorities()

    /// The file of all certificates; `nil` if there is none.
    let file: String?
    /// The folder of single certificates, named by hash. A certificate is read only when a chain needs it.
    let folder: String

    /// The first that exists is used.
    private static let files = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // newer Fedora and RHEL
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/etc/ssl/cert.pem",  // Alpine without the package of the certificates, OpenBSD
    ]

    /// `root` is a prefix of the paths of distributions.
    init(below root: String = "", environment: (String) -> String? = ProcessEnvironment.value) {
        func stated(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        if let stated = stated("SSL_CERT_FILE") {
            // The TLS library opens the file, and the open of a FIFO without a writer waits.
            file = FileSystem.kind(of: stated) == .other ? nil : stated
        } else {
            file = Self.files.lazy.map { root + $0 }.first { FileSystem.kind(of: $0) == .file }
        }
        folder = stated("SSL_CERT_DIR") ?? root + "/etc/ssl/certs"
    }
}

/// Certificates of configured authorities and of the system. Those of the system are read once, when they are first
/// needed.
final class AuthorityBundle: Sendable {
    private static let limit = 16 << 20

    private let named: [UInt8]
    private let all = Mutex<[UInt8]?>(nil)

    init(_ named: [UInt8]) { self.named = named }

    /// `file`: the certificates of the system; a file that cannot be read adds none.
    func bytes(beside file: () -> String?) -> [UInt8] {
        all.withLock { all in
            if let all { return all }
            let system = file().flatMap { try? ConfigurationFile.bytes(of: $0, limit: Self.limit) } ?? []
            let bytes = named + [UInt8(ascii: "\n")] + system
            all = bytes
            return bytes
        }
    }
}
