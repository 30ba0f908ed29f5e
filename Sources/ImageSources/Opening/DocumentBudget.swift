/// What the documents of one source may cost together. Each is small, but a stranger's index can name the same few
/// megabytes a hundred thousand times.
struct DocumentBudget {
    private static let total: Int64 = 256 << 20
    private var left = total

    mutating func spend(_ bytes: Int, path: String) throws(SourceError) {
        left -= Int64(bytes)
        guard left >= 0 else { throw .documentsTooLarge(path: path, limit: Self.total) }
    }
}
