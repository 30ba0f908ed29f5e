internal import ByteIO
internal import ImageModel

/// Reads a blob and resumes after broken connections and truncated bodies. A blob whose reading has ended with a timeout is
/// not waited for again.
///
/// Requests the rest as a range. If the registry does not support ranges, reads the blob again and skips the known part.
/// Never returns more bytes than the blob's size; returns fewer only if the registry states a smaller size.
final class ResumingReader: ByteReader {
    private let client: RepositoryClient
    private let digest: Digest
    private let path: String
    /// The offset at which reading ends: the requested end, or the size that the registry states if that is smaller.
    private var end: Int64
    private let isPart: Bool
    /// The size of the next range; `nil` if everything up to the end is requested at once.
    private var part: Int64?
    /// The offset at which the body ends before `end`; `nil` if the body has everything up to the end.
    private var partEnd: Int64?
    /// The offset of the next byte to return.
    private var position: Int64
    private var body: (any ByteReader)?
    /// The number of bytes at the start of the body that were returned before and are skipped.
    private var duplicates: Int64 = 0
    private var supportsRanges = true
    private var failures = 0
    private var lastFailure: Int64

    /// The size of the first range. Each later range is four times as large, up to `largestPart`.
    private static let firstPart: Int64 = 256 << 10
    private static let largestPart: Int64 = 4 << 20

    /// This many bytes between two failures count as progress and reset the number of failures.
    private static let progress: Int64 = 1 << 20

    /// `start`: the bytes before are known to the caller. `inParts`: requests small ranges, for a caller that probably stops
    /// early. The connection stays usable then.
    init(
        _ client: RepositoryClient, _ digest: Digest, size: Int64, from start: Int64 = 0, upTo end: Int64, path: String,
        inParts: Bool = false
    ) {
        self.client = client
        self.digest = digest
        self.end = end
        self.path = path
        (position, lastFailure) = (start, start)
        isPart = end < size
        part = inParts ? Self.firstPart : nil
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        while position < end, !buffer.isEmpty {
            // The transport has retried failed requests already, so their errors are final.
            if body == nil { try request() }
            do {
                let got = try next(into: &buffer)
                if got > 0 { return got }
            } catch {
                body = nil
                try recover(from: error)
            }
        }
        return 0
    }

    /// Reads from the body; 0 if the bytes were duplicates or there is no body.
    private func next(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let limit = min(duplicates > 0 ? duplicates : (partEnd ?? end) - position, Int64(buffer.count))
        guard body != nil, limit > 0 else { return 0 }
        var part = buffer._mutatingExtracting(0..<Int(limit))
        let got = try body?.read(into: &part) ?? 0
        if got == 0 { throw IOFailure(.read, path, .truncated) }
        if duplicates > 0 {
            duplicates -= Int64(got)
            return 0
        }
        position += Int64(got)
        // The rest of the body is not needed; this frees the connection.
        if position == end || position == partEnd { body = nil }
        return got
    }

    private func request() throws(IOFailure) {
        if let timeout = client.known.timeout(of: digest, in: client.name) { throw IOFailure(.read, path, timeout) }
        let count = part.flatMap { $0 < end - position ? $0 : nil } ?? (isPart ? end - position : nil)
        let wantsRange = supportsRanges && (count != nil || position > 0)
        let response: HTTPResponse
        do throws(RegistryError) {
            if wantsRange {
                response = try client.blob(digest, from: position, count: count)
            } else {
                response = try client.blob(digest)
            }
        } catch {
            guard wantsRange, case .refused(_, status: 416, _) = error else { throw final(error.readFailure(of: path)) }
            supportsRanges = false
            return
        }
        switch response.status {
        case 206 where wantsRange:
            guard let range = ContentRange(response.headers["Content-Range"]), range.start == position else {
                // The registry sent another range, so the whole blob is requested next.
                supportsRanges = false
                return
            }
            duplicates = 0
            shorten(to: range.total)
            partEnd = part.flatMap { position + $0 < end ? position + $0 : nil }
            part = part.map { min($0 * 4, Self.largestPart) }
        case 200:
            duplicates = position
            partEnd = nil
            shorten(to: response.headers["Content-Length"].flatMap { Int64($0) })
        default: throw IOFailure(.read, path, .answered(status: response.status))
        }
        body = response.body
    }

    /// Ends at the size that the registry states. The caller finds that it differs from the descriptor.
    private func shorten(to total: Int64?) {
        if let total, total >= 0 { end = min(end, total) }
    }

    /// Records a timeout after the last attempt.
    private func final(_ failure: IOFailure) -> IOFailure {
        if failure.isNetworkTimeout { client.known.note(timeout: failure.cause, of: digest, in: client.name) }
        return failure
    }

    /// Returns if the rest may be requested again; throws otherwise.
    private func recover(from failure: IOFailure) throws(IOFailure) {
        let own = IOFailure(.read, path, failure.cause)
        guard failure.cause == .truncated || failure.isTransientNetworkFault else { throw own }
        if position - lastFailure >= Self.progress { failures = 0 }
        lastFailure = position
        failures += 1
        let backoff = client.endpoint.backoff
        guard failures < backoff.attempts(after: failure) else { throw final(own) }
        // The first retry follows at once.
        if failures > 1 { try backoff.sleep(after: failures - 1, for: path) }
    }
}

extension RegistryError: CarriableError {
    /// The error as a read failure. Network failures and 404 become ordinary causes; other errors are carried.
    fileprivate func readFailure(of path: String) -> IOFailure {
        switch self {
        case .io(let failure): IOFailure(.read, path, failure.cause)
        case .notFound: IOFailure(.read, path, .answered(status: 404))
        default: IOFailure(.read, path, .carried(CarriedError(self)))
        }
    }
}

/// The header `Content-Range` of a partial response: `bytes 5-9/10`.
struct ContentRange {
    let start: Int64
    /// The size of the whole blob, which is not negative; `nil` if the server states none.
    let total: Int64?

    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst("bytes ".count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let dash = parts[0].firstIndex(of: "-"), let start = Int64(parts[0][..<dash]),
            start >= 0
        else { return nil }
        self.start = start
        total = Int64(parts[1]).flatMap { $0 >= 0 ? $0 : nil }
    }
}
