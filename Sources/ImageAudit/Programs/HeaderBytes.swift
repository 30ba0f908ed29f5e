/// Returns bytes of a file; fewer or none if the file ends before, or if they are out of reach.
package typealias FileBytes<Failure: Error> = (_ offset: Int, _ count: Int) throws(Failure) -> [UInt8]

/// Reads numbers of either byte order at fixed offsets of a header. `nil` beyond its end.
struct HeaderBytes {
    let bytes: [UInt8]
    let isLittleEndian: Bool

    func integer(_ offset: Int, _ width: Int) -> UInt64? {
        guard offset >= 0, width <= 8, offset <= bytes.count - width else { return nil }
        var value: UInt64 = 0
        for place in 0..<width {
            let at = isLittleEndian ? offset + width - 1 - place : offset + place
            value = value << 8 | UInt64(bytes[at])
        }
        return value
    }

    /// For offsets and counts: a number that does not fit is damage.
    func int(_ offset: Int, _ width: Int) -> Int? { integer(offset, width).flatMap { Int(exactly: $0) } }
}
