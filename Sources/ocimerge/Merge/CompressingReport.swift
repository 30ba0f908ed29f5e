internal import ImageModel

/// What a merge did to the compression of layers.
extension LayerCompressing.Summary {
    /// Under the line that says what was written.
    var lines: [String] {
        let count = "\(layers.count) layer\(layers.count == 1 ? "" : "s")"
        let before = ByteCount.text(bytesBefore)
        guard !layers.isEmpty else {
            return [compression == .none ? "no layer is compressed that could be stored plain" : "no layer to compress"]
        }
        if let bytesAfter {
            let done =
                compression == .none ? "stored \(count) plain" : "compressed \(count) with \(compression.rawValue)"
            return ["\(done): \(before) became \(ByteCount.text(bytesAfter))"]
        }
        let verb =
            compression == .none ? "would store \(count) plain" : "would compress \(count) with \(compression.rawValue)"
        let rows = layers.map { ["  \($0.digest)", ByteCount.text($0.size)] }
        return ["\(verb), \(before) now; their new digests are known only afterwards", Table.text(rows)]
    }

    var json: JSONText {
        .object([
            ("compression", .string(compression.rawValue)),
            ("layers", .integer(Int64(layers.count))),
            ("bytesBefore", .integer(bytesBefore)),
            ("bytesAfter", bytesAfter.map(JSONText.integer) ?? .null),
            ("digestsBefore", .array(layers.map { .string($0.digest.description) })),
        ])
    }
}
