/// An index (OCI, or Docker's manifest list).
package struct IndexView: Sendable {
    package static let manifestLimit = 100_000

    package struct Entry: Sendable, Equatable {
        package let descriptor: Descriptor
        /// The bytes of the element, exactly as the index has them. They share the memory of the document.
        package let json: ArraySlice<UInt8>

        package init(descriptor: Descriptor, json: ArraySlice<UInt8>) {
            self.descriptor = descriptor
            self.json = json
        }
    }

    /// The declared type, else the expected one, else OCI's.
    package let mediaType: MediaType
    package let manifests: [Entry]
    /// Read leniently: earlier versions of the specification have no such member.
    package let subject: Descriptor?
    package let annotations: [String: String]
    /// Descriptors under `blobs`, a member that the specification does not know.
    package let extras: [Descriptor]

    /// `expecting` is the media type of the descriptor that led here. The document must not declare another one.
    init(_ root: JSONValue, expecting: MediaType? = nil) throws(DocumentError) {
        let header = try SchemaHeader(root, as: .index, expecting: expecting)
        let reading = header.reading
        mediaType = header.mediaType
        _ = try reading.require(reading.value["manifests"], "manifests")
        let elements = try reading.array("manifests", atMost: Self.manifestLimit) ?? []
        var entries: [Entry] = []
        entries.reserveCapacity(elements.count)
        for element in elements {
            let descriptor = try Descriptor(JSONReading(element, at: "manifests", number: entries.count))
            entries.append(Entry(descriptor: descriptor, json: element.rawBytes))
        }
        manifests = entries
        annotations = try reading.annotations("annotations")
        let references = References(root, only: ["blobs", "subject"])
        subject = references.subject
        extras = references.contents
    }
}

/// A manifest (OCI, or Docker schema 2).
package struct ManifestView: Sendable {
    package static let layerLimit = 10_000

    /// The declared type, else the expected one, else OCI's.
    package let mediaType: MediaType
    package let config: Descriptor
    package let layers: [Descriptor]
    package let subject: Descriptor?
    package let artifactType: String?
    package let annotations: [String: String]
    /// Descriptors under `blobs`, a member that the specification does not know.
    package let extras: [Descriptor]

    /// `expecting` is the media type of the descriptor that led here. The document must not declare another one.
    init(_ root: JSONValue, expecting: MediaType? = nil) throws(DocumentError) {
        let header = try SchemaHeader(root, as: .manifest, expecting: expecting)
        let reading = header.reading
        mediaType = header.mediaType
        config = try reading.require(try reading.descriptor("config"), "config")
        // Readers would take the image for an artifact, or for an image without a config.
        if config.mediaType.layerCompression != nil {
            throw .member("config.mediaType", expected: "the media type of a config, not of a layer")
        }
        // Go writes null for no layers at all.
        _ = try reading.require(reading.value["layers"], "layers")
        layers = try reading.descriptors("layers", atMost: Self.layerLimit)
        subject = try reading.descriptor("subject")
        artifactType = try reading.string("artifactType")
        annotations = try reading.annotations("annotations")
        extras = References(root, only: ["blobs"]).contents
    }

    /// Whether this is a container image. Signatures and attestations of cosign have the config of an image, but all of
    /// their layers are documents.
    package var isImage: Bool {
        config.mediaType.isImageConfig && (layers.isEmpty || !layers.allSatisfy(\.mediaType.isDocument))
    }
}

/// The config of an image (OCI's or Docker's).
package struct ConfigView: Sendable {
    /// `nil` if the config names neither a system nor an architecture.
    package let platform: Platform?
    /// Empty if there is no `rootfs`.
    package let diffIDs: [Digest]
    package let created: String?
    package let entrypoint: [String]
    package let command: [String]
    package let environment: [String]
    /// Empty if none is set: the root.
    package let workingDirectory: String
    /// Descriptors where a manifest or an index would have them. A config should contain none.
    package let extras: [Descriptor]

    init(_ root: JSONValue) throws(DocumentError) {
        guard root.kind == .object else { throw .notAnObject }
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
        let references = References(root)
        extras = references.children + references.contents + [references.subject].compactMap(\.self)
    }

    /// The members that decide what the image is.
    private static let names: Set<String> = ["architecture", "os", "os.version", "os.features", "variant", "rootfs"]
}

/// Everything to which a JSON document of any kind leads, for commands that must not overlook a reference. Names count
/// in any case, as Go's readers take them; malformed descriptors are skipped.
package struct References: Sendable {
    /// Documents, as an index names them.
    package private(set) var children: [Descriptor] = []
    /// All other content that the document needs.
    package private(set) var contents: [Descriptor] = []
    /// The document to which this one refers without needing it.
    package private(set) var subject: Descriptor?

    /// `names` restricts the members that are read; they are written in lower case.
    init(_ root: JSONValue, only names: Set<String>? = nil) {
        for (key, value) in root.members {
            let name = key.lowercased()
            if let names, !names.contains(name) { continue }
            switch name {
            case "manifests": children += value.elements.compactMap(Self.descriptor)
            case "layers", "blobs": contents += value.elements.compactMap(Self.descriptor)
            case "config": contents += [value].compactMap(Self.descriptor)
            case "subject": subject = Self.descriptor(value) ?? subject
            default: break
            }
        }
    }

    private static func descriptor(_ value: JSONValue) -> Descriptor? {
        if let strict = try? Descriptor(json: value) { return strict }
        let members = Dictionary(
            value.members.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let text = members["digest"]?.string, let digest = try? Digest(parsing: text) else { return nil }
        let size = members["size"]?.integer ?? 0
        return Descriptor(mediaType: MediaType(members["mediatype"]?.string ?? ""), digest: digest, size: max(size, 0))
    }
}
