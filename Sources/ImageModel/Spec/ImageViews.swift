/// What an index (OCI, or Docker's manifest list) says.
package struct IndexView: Sendable {
    package static let manifestLimit = 100_000

    package struct Entry: Sendable, Equatable {
        package let descriptor: Descriptor
        /// The bytes of that element, exactly as the index has them.
        package let json: [UInt8]

        package init(descriptor: Descriptor, json: [UInt8]) {
            self.descriptor = descriptor
            self.json = json
        }
    }

    /// The document's own, else the expected one, else OCI's.
    package let mediaType: MediaType
    package let manifests: [Entry]
    package let annotations: [String: String]

    /// `expecting` is what the descriptor that led here says; the document must not say otherwise.
    package init(bytes: [UInt8], expecting: MediaType? = nil) throws(DocumentError) {
        let header = try SchemaHeader(bytes: bytes, as: .index, expecting: expecting)
        let reading = header.reading
        mediaType = header.mediaType
        _ = try reading.require(reading.value["manifests"], "manifests", "an array")
        var entries: [Entry] = []
        for element in try reading.array("manifests", atMost: Self.manifestLimit) ?? [] {
            let descriptor = try Descriptor(json: element, at: "manifests[\(entries.count)]")
            entries.append(Entry(descriptor: descriptor, json: Array(element.rawBytes)))
        }
        manifests = entries
        annotations = try reading.annotations("annotations")
    }
}
