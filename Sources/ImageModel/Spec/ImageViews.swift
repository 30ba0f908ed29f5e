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

/// What an image config (OCI, or Docker's) says.
package struct ConfigView: Sendable {
    /// Nil when the config names neither a system nor an architecture.
    package let platform: Platform?
    /// Empty when there is no `rootfs`.
    package let diffIDs: [Digest]
    package let created: String?
    package let entrypoint: [String]
    package let command: [String]
    package let environment: [String]
    /// Empty where none is set: the root.
    package let workingDirectory: String

    package init(bytes: [UInt8]) throws(DocumentError) {
        let root = try SchemaHeader.object(bytes)
        try FoldedNames.refuseVariants(of: Self.names, in: root)
        let reading = JSONReading(root, at: "")
        platform = try Platform.read(reading)
        diffIDs = try reading.object("rootfs")?.digests("diff_ids", atMost: ManifestView.layerLimit) ?? []
        created = try reading.string("created")
        let run = try reading.object("config")
        entrypoint = try run?.strings("Entrypoint") ?? []
        command = try run?.strings("Cmd") ?? []
        environment = try run?.strings("Env") ?? []
        workingDirectory = try run?.string("WorkingDir") ?? ""
    }

    /// Those that decide what the image is.
    private static let names: Set<String> = ["architecture", "os", "os.version", "os.features", "variant", "rootfs"]
}
