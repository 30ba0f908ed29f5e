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
