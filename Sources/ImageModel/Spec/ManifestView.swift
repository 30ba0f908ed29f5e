/// What a manifest (OCI, or Docker schema 2) says.
package struct ManifestView: Sendable {
    package static let layerLimit = 10_000

    /// The document's own, else the expected one, else OCI's.
    package let mediaType: MediaType
    package let config: Descriptor
    package let layers: [Descriptor]
    package let subject: Descriptor?
    package let artifactType: String?
    package let annotations: [String: String]

    /// `expecting` is what the descriptor that led here says; the document must not say otherwise.
    package init(bytes: [UInt8], expecting: MediaType? = nil) throws(DocumentError) {
        let header = try SchemaHeader(bytes: bytes, as: .manifest, expecting: expecting)
        let reading = header.reading
        mediaType = header.mediaType
        config = try reading.require(try reading.descriptor("config"), "config", "an object")
        // Go writes null for no layers at all.
        _ = try reading.require(reading.value["layers"], "layers", "an array")
        layers = try reading.descriptors("layers", atMost: Self.layerLimit)
        subject = try reading.descriptor("subject")
        artifactType = try reading.string("artifactType")
        annotations = try reading.annotations("annotations")
    }

    /// Its config is the config of a container image, not of some other artifact.
    package var isImage: Bool { config.mediaType.isImageConfig }
}
