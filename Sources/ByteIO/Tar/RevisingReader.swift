/// Reads an archive with its changes made. Ranges with a known digest are verified as they pass. Wrong bytes have
/// already been returned when the error is thrown, so the output counts only after the end.
package final class RevisingReader: ByteReader {
    private let path: String
    private var source: any ByteReader
    private var splices: ArraySlice<Splice>
    private var claims: ArraySlice<ClaimedRange>
    private var position: Int64 = 0
    private var given: ArraySlice<UInt8> = []
    private var hasher: ContentHasher?
    private var scratch = [UInt8](repeating: 0, count: 64 * 1024)

    package init(_ source: any ByteReader, path: String, _ revision: TarRevision) {
        self.source = source
        self.path = path
        splices = revision.splices[...]
        claims = revision.claims[...]
    }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        guard !buffer.isEmpty else { return 0 }
        while given.isEmpty {
            guard let next = splices.first, next.range.lowerBound == position else {
                return try pass(into: &buffer, before: splices.first?.range.lowerBound ?? .max)
            }
            splices.removeFirst()
            try skip(next)
            given = next.bytes[...]
        }
        let count = min(buffer.count, given.count)
        for index in 0..<count { buffer[index] = given[given.startIndex + index] }
        given = given.dropFirst(count)
        return count
    }

    private func skip(_ splice: Splice) throws(IOFailure) {
        while position < splice.range.upperBound {
            let wanted = min(Int64(scratch.count), splice.range.upperBound - position)
            var all = scratch.mutableSpan
            var part = all._mutatingExtracting(0..<Int(wanted))
            let got = try source.read(into: &part)
            if got == 0 {
                guard position >= splice.needed else { throw IOFailure(.read, path, .truncated) }
                position = splice.range.upperBound
                return
            }
            position += Int64(got)
        }
    }

    private func pass(into buffer: inout MutableSpan<UInt8>, before end: Int64) throws(IOFailure) -> Int {
        var end = min(end, position + Int64(buffer.count))
        var isClaimed = false
        if let claim = claims.first {
            isClaimed = claim.range.contains(position)
            end = min(end, isClaimed ? claim.range.upperBound : max(claim.range.lowerBound, position + 1))
        }
        var part = buffer._mutatingExtracting(0..<Int(end - position))
        let got = try source.read(into: &part)
        guard got > 0 else {
            guard splices.isEmpty, claims.isEmpty else { throw IOFailure(.read, path, .truncated) }
            return 0
        }
        position += Int64(got)
        if isClaimed, let claim = claims.first { try hash(part.span.extracting(0..<got), claim) }
        return got
    }

    private func hash(_ bytes: Span<UInt8>, _ claim: ClaimedRange) throws(IOFailure) {
        if hasher == nil { hasher = ContentHasher(claim.algorithm) }
        hasher?.update(bytes)
        guard position == claim.range.upperBound else { return }
        claims.removeFirst()
        let found = hasher.take()?.digest() ?? []
        guard found == claim.hash else {
            throw IOFailure(.read, path, .wrongContent(claim.algorithm, expected: claim.hash, found: found))
        }
    }
}
