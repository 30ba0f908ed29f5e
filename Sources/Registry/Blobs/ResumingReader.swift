internal import ByteIO
internal import ImageModel

/// The bytes of a blob as they arrive. A connection that breaks, or a body that ends before the blob does, is no end: the
/// rest is asked for from there on, and a registry that knows no ranges is read again up to there. Never gives more than
/// the blob's size; gives less only where the registry itself says that it has less.
final class ResumingReader: ByteReader {
    private let client: RepositoryClient
    private let digest: Digest
    private let size: Int64
    private let path: String
    /// Where reading ends: as much as is wanted, or as there is.
    private var end: Int64
    private let isPart: Bool
    /// How many bytes were given out.
    private var position: Int64 = 0
    private var body: (any ByteReader)?
    /// So many bytes of the body were given out already.
    private var known: Int64 = 0
    private var takesRanges = true
    private var failures = 0
    private var lastFailure: Int64 = 0

    /// Whoever gives so much between two failures is worth any number of attempts.
    private static let worthwhile: Int64 = 1 << 20

    init(_ client: RepositoryClient, _ digest: Digest, size: Int64, upTo end: Int64, path: String) {
        self.client = client
        self.digest = digest
        self.size = size
        self.end = end
        self.path = path
        isPart = end < size
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        while position < end, !buffer.isEmpty {
            // Whatever can be done about a request that failed was done on its way.
            if body == nil { try ask() }
            do throws(IOFailure) {
                let got = try next(into: &buffer)
                if got > 0 { return got }
            } catch {
                body = nil
                try weigh(error)
            }
        }
        return 0
    }

    /// 0: nothing that anybody waits for came, and it may be worth while to go on.
    private func next(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let limit = known > 0 ? min(known, Int64(buffer.count)) : min(end - position, Int64(buffer.count))
        guard body != nil, limit > 0 else { return 0 }
        var part = buffer._mutatingExtracting(0..<Int(limit))
        let got = try body?.read(into: &part) ?? 0
        if got == 0 { throw IOFailure(.read, path, .truncated) }
        if known > 0 {
            known -= Int64(got)
            return 0
        }
        position += Int64(got)
        // The rest of the body is nobody's: the connection is free for others.
        if position == end { body = nil }
        return got
    }

    // MARK: - Asking

    private func ask() throws(IOFailure) {
        let wantsRange = takesRanges && (isPart || position > 0)
        let response: HTTPResponse
        do throws(RegistryError) {
            if wantsRange {
                response = try client.blob(digest, from: position, count: isPart ? end - position : nil)
            } else {
                response = try client.blob(digest)
            }
        } catch {
            guard wantsRange, case .refused(_, status: 416, _) = error else { throw error.readFailure(of: path) }
            takesRanges = false
            return
        }
        switch response.status {
        case 206 where wantsRange:
            guard let range = ContentRange(response.headers["Content-Range"]), range.start == position else {
                // A part that is none of those that were asked for: then the whole.
                takesRanges = false
                return
            }
            known = 0
            shorten(to: range.total)
        case 200:
            known = position
            shorten(to: response.headers["Content-Length"].flatMap { Int64($0) })
        default: throw IOFailure(.read, path, .answered(status: response.status))
        }
        body = response.body
    }

    /// A blob that is shorter than its descriptor says ends where it ends; its size says the rest.
    private func shorten(to total: Int64?) {
        if let total, total >= 0 { end = min(end, total) }
    }

    // MARK: - Going on

    private func weigh(_ failure: IOFailure) throws(IOFailure) {
        let own = IOFailure(.read, path, failure.cause)
        guard failure.cause == .truncated || failure.isTransientNetworkFault else { throw own }
        if position - lastFailure >= Self.worthwhile { failures = 0 }
        lastFailure = position
        failures += 1
        let backoff = client.endpoint.backoff
        guard failures < backoff.attempts else { throw own }
        // A connection that broke once is made anew at once.
        if failures > 1 { try backoff.sleep(after: failures - 1, for: path) }
    }
}

extension RegistryError {
    /// The same for whoever reads bytes. What the network did, and that there is nothing, is said as of any bytes.
    fileprivate func readFailure(of path: String) -> IOFailure {
        switch self {
        case .io(let failure): IOFailure(.read, path, failure.cause)
        case .notFound: IOFailure(.read, path, .answered(status: 404))
        default: IOFailure(.read, path, .carried(CarriedError(self)))
        }
    }
}

/// `bytes 5-9/10`, as a server says which part follows.
struct ContentRange {
    let start: Int64
    /// nil: the server does not say it.
    let total: Int64?

    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst("bytes ".count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let dash = parts[0].firstIndex(of: "-"), let start = Int64(parts[0][..<dash]),
            start >= 0
        else { return nil }
        self.start = start
        total = Int64(parts[1])
    }
}
