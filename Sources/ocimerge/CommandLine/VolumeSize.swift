/// How large a volume or a chunk may be: `4G`, `700MB`, bytes. K, M, G and T are powers of 1024, with a B behind them of 1000.
enum VolumeSize {
    /// Below this a volume would be little but names.
    static let least: Int64 = 1_000_000

    private static let units: [(suffix: String, factor: Int64)] = [
        ("", 1), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40), ("KB", 1000), ("MB", 1_000_000),
        ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]

    static func parse(_ text: String, option: String = "--split") throws(UsageError) -> Int64 {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let rest = String(decoding: text.utf8.dropFirst(digits.count), as: UTF8.self).uppercased()
        guard let unit = units.first(where: { $0.suffix == rest }), !digits.isEmpty
        else { throw .invalidSize(text, option: option, least: least) }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)) else { throw .tooLarge(text, option: option) }
        let (size, overflows) = number.multipliedReportingOverflow(by: unit.factor)
        if overflows { throw .tooLarge(text, option: option) }
        guard size >= least else { throw .invalidSize(text, option: option, least: least) }
        return size
    }
}
