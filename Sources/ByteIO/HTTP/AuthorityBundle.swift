internal import Synchronization

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
