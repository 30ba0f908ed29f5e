/// The content of an index (OCI, or Docker's manifest list).
package struct IndexView: Sendable {
    package static let manifestLimit = 100_000

    package struct Entry: Sendable, Equatable {
        package let descriptor: Descriptor
        /// The bytes of the element, exactly as the index has them. Shares the memory of the document.
        package let json: ArraySlice<UInt8>

        package init(descriptor: Descriptor, json: ArraySlice<UInt8>) {
            self.descriptor = descriptor
            self.json = json
        }
    }

    /// The type that the document declares, else the expected one, else OCI's.
    package let mediaType: MediaType
    package let manifests: [Entry]
    package let subject: Descriptor?
    package let annotations: [String: String]
    /// Descriptors under `blobs`, a member that the specification does not define.
    package let extras: [Descriptor]

    /// `expecting` is the type in the descriptor. The document must not declare another one.
    package init(bytes: [UInt8], expecting: MediaType? = nil) throws(DocumentError) {
        let header = try SchemaHeader(bytes: bytes, as: .index, expecting: expecting)
        let reading = header.reading
        mediaType = header.mediaType
        _ = try reading.require(reading.value["manifests"], "manifests", "an array")
        var entries: [Entry] = []
        for element in try reading.array("manifests", atMost: Self.manifestLimit) ?? [] {
            let descriptor = try Descriptor(json: element, at: "manifests[\(entries.count)]")
            entries.append(Entry(descriptor: descriptor, json: element.rawBytes))
        }
        manifests = entries
        subject = try reading.descriptor("subject")
        extras = DocumentReferences.extras(of: reading.value)
        annotations = try reading.annotations("annotations")
    }
}

/// The content of a manifest (OCI, or Docker schema 2).
package struct ManifestView: Sendable {
    package static let layerLimit = 10_000

    /// The type that the document declares, else the expected one, else OCI's.
    package let mediaType: MediaType
    package let config: Descriptor
    package let layers: [Descriptor]
    package let subject: Descriptor?
    package let artifactType: String?
    package let annotations: [String: String]
    /// Descriptors under `blobs`, a member that the specification does not define.
    package let extras: [Descriptor]

    /// `expecting` is the type in the descriptor. The document must not declare another one.
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
        extras = DocumentReferences.extras(of: reading.value)
    }

    /// Whether the config is that of a container image, not of another artifact.
    package var isImage: Bool { config.mediaType.isImageConfig }
}

/// The content of an image config (OCI, or Docker's).
package struct ConfigView: Sendable {
    /// `nil` if the config names neither a system nor an architecture.
    package let platform: Platform?
    /// Empty if there is no `rootfs`.
    package let diffIDs: [Digest]
    package let created: String?
    package let entrypoint: [String]
    package let command: [String]
    package let environment: [String]
    /// Empty if none is set: the root directory.
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

    /// The members that decide the platform and the content of the image.
    private static let names: Set<String> = ["architecture", "os", "os.version", "os.features", "variant", "rootfs"]
}
