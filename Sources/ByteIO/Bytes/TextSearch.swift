extension StringProtocol {
    /// Whether the text occurs in this one, compared byte by byte. The function of the standard library would link its
    /// regular expressions, which are 1.2 MB.
    package func contains(text: some StringProtocol) -> Bool { firstRange(ofText: text) != nil }

    /// The first occurrence of the text, compared byte by byte.
    package func firstRange(ofText text: some StringProtocol) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var start = utf8.startIndex
        while true {
            let rest = utf8[start...]
            if rest.starts(with: wanted) { return start..<rest.index(start, offsetBy: wanted.count) }
            guard start < utf8.endIndex else { return nil }
            start = utf8.index(after: start)
        }
    }
}
