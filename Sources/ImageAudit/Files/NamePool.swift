/// Short byte strings, one after another in segments. Each string costs its length and one byte, or three bytes.
struct NamePool: Sendable {
    private var segments: [[UInt8]] = []

    private static let shift = 16
    private static let size = 1 << shift
    /// Marks a length in the next two bytes.
    private static let long: UInt8 = 255

    /// The place of the string in the pool. Paths, the longest strings, have at most `LayerFiles.nameLimit` bytes.
    mutating func add(_ name: some Collection<UInt8>) -> UInt32 {
        let length = name.count
        if segments.isEmpty || segments[segments.count - 1].count + length + 3 > Self.size {
            segments.append([])
            if segments.count > 1 { segments[segments.count - 1].reserveCapacity(Self.size) }
        }
        let last = segments.count - 1
        let place = last << Self.shift | segments[last].count
        if length < Int(Self.long) {
            segments[last].append(UInt8(length))
        } else {
            segments[last] += [Self.long, UInt8(length >> 8), UInt8(length & 0xff)]
        }
        segments[last] += name
        return UInt32(place)
    }

    subscript(place: UInt32) -> [UInt8] {
        let segment = segments[Int(place) >> Self.shift]
        return Array(segment[Self.bounds(of: place, in: segment.span)])
    }

    /// Whether the string at this place is `name`.
    func holds(_ name: [UInt8], at place: UInt32) -> Bool {
        let segment = segments[Int(place) >> Self.shift]
        let bytes = segment.span
        let bounds = Self.bounds(of: place, in: bytes)
        guard bounds.count == name.count else { return false }
        let name = name.span
        for offset in name.indices where bytes[bounds.lowerBound + offset] != name[offset] { return false }
        return true
    }

    private static func bounds(of place: UInt32, in segment: Span<UInt8>) -> Range<Int> {
        let start = Int(place) & (size - 1)
        if segment[start] < long { return start + 1..<start + 1 + Int(segment[start]) }
        let length = Int(segment[start + 1]) << 8 | Int(segment[start + 2])
        return start + 3..<start + 3 + length
    }
}
