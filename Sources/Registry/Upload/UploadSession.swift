package import ByteIO

/// An upload that a registry has begun: where it goes on, and what the registry says of it.
package struct UploadSession: Sendable, Equatable {
    /// It may carry secrets in its query, and is another one after every answer.
    package let location: WebAddress
    /// How many bytes it has; nil: it does not say, or says it so that nothing and one byte look alike.
    package let received: Int64?
    /// No chunk but the last may be smaller; nil: any may.
    package let leastChunk: Int64?

    package init(location: WebAddress, received: Int64? = nil, leastChunk: Int64? = nil) {
        self.location = location
        self.received = received
        self.leastChunk = leastChunk
    }

    /// `Range` of an answer: `0-1023`, or with `bytes=` as old registries write it.
    static func received(_ text: String?) -> Int64? {
        guard var rest = text.map({ Substring($0) }) else { return nil }
        if rest.hasPrefix("bytes=") { rest = rest.dropFirst("bytes=".count) }
        guard rest.hasPrefix("0-"), rest.dropFirst(2).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let last = Int64(rest.dropFirst(2)), last > 0, last < .max
        else { return nil }
        return last + 1
    }
}
