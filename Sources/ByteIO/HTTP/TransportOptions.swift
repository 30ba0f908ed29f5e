internal import Synchronization

/// By what servers are known, and by what we are known to them.
package struct TLSSettings: Sendable, Equatable {
    /// Certificates (PEM) of authorities beside those of the system.
    package var authorities: [UInt8]
    /// In the place of the system's: a file of certificates, and a folder of them (paths).
    package var systemFile: String?
    package var systemFolder: String?
    /// Path of our own certificate (PEM), and of its key.
    package var certificate: String?
    package var key: String?
    /// Whatever the server shows is believed.
    package var isUnchecked: Bool

    package init(
        authorities: [UInt8] = [], systemFile: String? = nil, systemFolder: String? = nil, certificate: String? = nil,
        key: String? = nil, isUnchecked: Bool = false
    ) {
        self.authorities = authorities
        self.systemFile = systemFile
        self.systemFolder = systemFolder
        self.certificate = certificate
        self.key = key
        self.isUnchecked = isUnchecked
    }

    /// Somebody has named a certificate or an authority for this server: it is spoken to by TLS.
    package var namesSomebody: Bool { !authorities.isEmpty || certificate != nil }
}

/// Certificates of authorities that somebody named, and behind them those of the system, which are read when they are
/// needed for the first time, and once.
final class AuthorityBundle: Sendable {
    private static let limit = 16 << 20

    private let named: [UInt8]
    private let all = Mutex<[UInt8]?>(nil)

    init(_ named: [UInt8]) { self.named = named }

    /// `file`: where those of the system stand; what cannot be read adds nobody.
    func bytes(beside file: () -> String?) -> [UInt8] {
        all.withLock { all in
            if let all { return all }
            let system = file().flatMap { try? SmallInput.bytes(of: $0, limit: Self.limit) } ?? []
            let bytes = named + [UInt8(ascii: "\n")] + system
            all = bytes
            return bytes
        }
    }
}

/// Which proxy stands between us and a server, where libcurl would not know it by itself. It reads http_proxy,
/// https_proxy, HTTPS_PROXY, all_proxy and no_proxy; what is here are the rules of the engines' clients beside these.
enum Proxy {
    /// "" for none; nil leaves it to the library.
    static func named(for address: WebAddress) -> String? {
        // What runs here is reached from here: a proxy elsewhere would look for it on its own machine.
        if address.isLoopback { return "" }
        // libcurl leaves the capitals out for the sake of CGI programs, where a client's header becomes this variable.
        guard address.scheme == .http, ProcessEnvironment.value("REQUEST_METHOD") == nil,
            ProcessEnvironment.value("http_proxy") == nil
        else { return nil }
        return ProcessEnvironment.value("HTTP_PROXY")
    }

    /// The connection that the library made last may be one to a proxy that speaks TLS itself. Which hosts go without a
    /// proxy is the library's to know: what it knows of the connection must fit.
    static func speaksTLS(for address: WebAddress, port: Int) -> Bool {
        let own = address.scheme == .https ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        let stated =
            named(for: address)
            ?? (own + ["all_proxy", "ALL_PROXY"]).lazy.compactMap(ProcessEnvironment.value).first ?? ""
        guard stated.lowercased().hasPrefix("https://") else { return false }
        let place = Userinfo.cut(from: stated)
        return (WebAddress(parsing: place)?.effectivePort ?? 443) == port
    }
}

/// How long a transfer has been waited for since something worth the name moved. A server that says a byte now and then
/// is as silent as one that says nothing.
struct TransferPace {
    /// Less is no movement.
    private static let least = 1024

    private var moved = 0
    private(set) var waited = Duration.zero

    mutating func move(_ count: Int) {
        moved += count
        if moved >= Self.least { turn() }
    }

    mutating func wait(_ duration: Duration) { waited += duration }

    /// Something else is waited for from now on.
    mutating func turn() { (moved, waited) = (0, .zero) }
}

/// For how long a transport waits for a server that says nothing.
package struct TransportLimits: Sendable {
    /// Nothing moved, or next to nothing: the server, or the way to it, is gone.
    package var silence: Duration
    /// Between the end of what is to be stored and the answer: a registry that has received a blob may take its time.
    package var storing: Duration

    package init(silence: Duration = .seconds(60), storing: Duration = .seconds(600)) {
        self.silence = silence
        self.storing = storing
    }
}
