/// Decompresses gzip, all members of it, with ISA-L if it is installed (about 950 MB/s a core), else with zlib (510).
/// Zero padding behind the last member is ignored; other bytes are an error.
final class GzipReader: ByteReader {
    private var source: any ByteReader
    private let path: String
    private var input = [UInt8](repeating: 0, count: transferSize)
    private var available = 0..<0
    private var sourceEnded = false
    private var inflater: any GzipInflater
    private var isInsideMember = false
    private var sawMember = false

    init(
        _ source: any ByteReader, path: String, inflater: (any GzipInflater)? = ISALInflater() ?? ZlibInflater()
    ) throws(IOFailure) {
        self.source = source
        self.path = path
        guard let inflater else {
            throw IOFailure(.decompress, path, .corrupt("gzip"))
        }
        self.inflater = inflater
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        while true {
            if !isInsideMember {
                guard try findsAnotherMember() else {
                    guard sawMember else { throw IOFailure(.decompress, path, .truncated) }
                    return 0
                }
                sawMember = true
                try gatherHeader()
                inflater.startMember()
                isInsideMember = true
            } else if available.isEmpty && !sourceEnded {
                try refill()
            }
            let step = inflater.inflate(input.span.extracting(available), into: &buffer)
            guard let step else { throw IOFailure(.decompress, path, .corrupt("gzip")) }
            available = available.lowerBound + step.consumed..<available.upperBound
            if step.endsMember { isInsideMember = false }
            if step.produced > 0 { return step.produced }
            if !step.endsMember, available.isEmpty, sourceEnded { throw IOFailure(.decompress, path, .truncated) }
            if step.consumed == 0, !step.endsMember, !available.isEmpty {
                throw IOFailure(.decompress, path, .corrupt("gzip"))
            }
        }
    }

    private func refill() throws(IOFailure) {
        var span = input.mutableSpan
        available = 0..<(try source.read(into: &span))
        sourceEnded = available.isEmpty
    }

    /// ISA-L reads a header with extra fields (bgzip writes such) only if it comes in one piece.
    private func gatherHeader() throws(IOFailure) {
        guard available.count < Self.longestHeader, !sourceEnded else { return }
        var gathered = Array(input[available])
        while gathered.count < Self.longestHeader, !sourceEnded {
            try refill()
            gathered += input[available]
        }
        input =
            gathered.count < transferSize
            ? gathered + [UInt8](repeating: 0, count: transferSize - gathered.count) : gathered
        available = 0..<gathered.count
    }

    /// Room for an extra field of 64 KiB, a name and a comment.
    private static let longestHeader = 80 * 1024

    private func findsAnotherMember() throws(IOFailure) -> Bool {
        while true {
            while let first = available.first, input[first] == 0 { available = first + 1..<available.upperBound }
            if let first = available.first {
                guard input[first] == 0x1f else { throw IOFailure(.decompress, path, .corrupt("gzip")) }
                return true
            }
            if sourceEnded { return false }
            try refill()
        }
    }
}

/// The result of one call: how many bytes were consumed and produced.
struct InflateStep {
    var consumed: Int
    var produced: Int
    var endsMember: Bool
}

/// Decompresses one gzip member after another and checks their checksums.
protocol GzipInflater: AnyObject {
    func startMember()
    /// `nil` if the data is damaged.
    @_lifetime(output: copy output)
    func inflate(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> InflateStep?
}
