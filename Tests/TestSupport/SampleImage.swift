internal import ByteIO
package import ImageModel

extension Document {
    /// A document for tests. Bytes that contradict the media type give a document of another kind.
    package static func sample(
        _ bytes: [UInt8], mediaType: MediaType, algorithm: Digest.Algorithm = .sha256
    ) -> Document {
        let content = DigestedBytes(bytes, algorithm: algorithm)
        if let document = try? Document(content, mediaType: mediaType) { return document }
        guard let document = try? Document(leniently: content, mediaType: mediaType) else {
            fatalError("a sample document must be JSON")
        }
        return document
    }
}

/// Bytes and their descriptor.
package protocol SampleBlob: Sendable {
    var bytes: [UInt8] { get }
    var descriptor: Descriptor { get }
}

extension SampleBlob {
    package var digest: Digest { descriptor.digest }
}

extension Document: SampleBlob {}

/// Bytes that may contradict their media type.
package struct SampleContent: SampleBlob {
    package let bytes: [UInt8]
    package let descriptor: Descriptor

    package init(_ bytes: [UInt8], mediaType: MediaType, algorithm: Digest.Algorithm = .sha256) {
        self.bytes = bytes
        descriptor = Descriptor(
            mediaType: mediaType, digest: Digest(of: bytes, algorithm: algorithm), size: Int64(bytes.count))
    }
}

extension IndexView {
    package init(bytes: [UInt8]) throws {
        guard let view = try Document(index: DigestedBytes(bytes)).index else { throw DocumentError.notAnObject }
        self = view
    }
}

extension ManifestView {
    package init(bytes: [UInt8]) throws {
        guard let view = try RecognisedContent(DigestedBytes(bytes)).document()?.manifest else {
            throw DocumentError.notAnObject
        }
        self = view
    }
}

extension ConfigView {
    package init(bytes: [UInt8]) throws {
        guard let view = try Document(bytes, mediaType: .ociConfig).config else { throw DocumentError.notAnObject }
        self = view
    }
}

/// A small complete image for one platform, made of readable text.
package struct SampleImage: Sendable {
    package let config: Document
    package let manifest: Document
    package let layers: [(descriptor: Descriptor, bytes: [UInt8])]

    /// `platform` is `nil` if the config states none. Different `content` makes a different image.
    package init(
        _ platform: String?, content: [String] = ["layer"], layerType: MediaType = .ociLayer, isDocker: Bool = false,
        spaced: Bool = false, version: String? = nil
    ) {
        layers = content.map { text in
            let bytes = Array(text.utf8)
            let digest = Digest(of: bytes)
            return (Descriptor(mediaType: layerType, digest: digest, size: Int64(bytes.count)), bytes)
        }
        let parts = platform?.split(separator: "/").map(String.init) ?? []
        var members = parts.count > 1 ? [#""architecture":"\#(parts[1])""#, #""os":"\#(parts[0])""#] : []
        if parts.count > 2 { members.append(#""variant":"\#(parts[2])""#) }
        if let version { members.append(#""os.version":"\#(version)""#) }
        let diffIDs = layers.map { #""\#($0.descriptor.digest)""# }.joined(separator: ",")
        members.append(#""rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}"#)
        members.append(#""x-unknown":1.50"#)
        let configText =
            spaced ? "{ " + members.joined(separator: " ,\n ") + " }\n" : "{\(members.joined(separator: ","))}"
        config = Document.sample(Array(configText.utf8), mediaType: isDocker ? .dockerConfig : .ociConfig)
        let type: MediaType = isDocker ? .dockerManifest : .ociManifest
        let space = spaced ? " \n " : ""
        let list = layers.map { String(decoding: $0.descriptor.json.bytes, as: UTF8.self) }.joined(
            separator: ",\(space)")
        let configJSON = String(decoding: config.descriptor.json.bytes, as: UTF8.self)
        manifest = Document.sample(
            Array(
                #"{\#(space)"schemaVersion":2,\#(space)"mediaType":"\#(type)",\#(space)"config":\#(configJSON),\#(space)"layers":[\#(list)]\#(space)}"#
                    .utf8), mediaType: type)
    }

    package var descriptor: Descriptor { manifest.descriptor }

    /// The descriptor as it stands in an index.
    package func entry(
        _ platform: String? = nil, name: String? = nil, more: [String: String] = [:], version: String? = nil
    ) -> Descriptor {
        Self.entry(manifest, platform, name: name, more: more, version: version)
    }

    package static func entry(
        _ document: some SampleBlob, _ platform: String? = nil, name: String? = nil, more: [String: String] = [:],
        version: String? = nil
    ) -> Descriptor {
        var descriptor = document.descriptor
        if let platform {
            let parts = platform.split(separator: "/").map(String.init)
            descriptor.platform = Platform(
                os: parts[0], architecture: parts[1], variant: parts.count > 2 ? parts[2] : nil, osVersion: version)
        }
        descriptor.annotations = more
        if let name { descriptor.annotations.merge(ImageLabel(reference: name).annotations) { $1 } }
        return descriptor
    }

    /// An attestation as BuildKit stores it: a manifest whose descriptor refers to an image.
    package static func attestation(of image: SampleImage, text: String = "sbom") -> (
        image: SampleImage, entry: Descriptor
    ) {
        let made = SampleImage("unknown/unknown", content: [text])
        let annotations = [
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": image.manifest.digest.description,
        ]
        return (made, made.entry("unknown/unknown", more: annotations))
    }

    package static func index(_ entries: [Descriptor], type: MediaType = .ociIndex) -> Document {
        index(texts: entries.map(\.json.bytes), type: type)
    }

    package static func index(texts: [[UInt8]], type: MediaType = .ociIndex) -> Document {
        let text: JSONText = .object([
            ("schemaVersion", .integer(2)), ("mediaType", .string(type.rawValue)),
            ("manifests", .array(texts.map(JSONText.raw))),
        ])
        return Document.sample(text.bytes, mediaType: type)
    }
}

extension ImageGraph {
    package mutating func add(_ image: SampleImage, without missing: Set<Digest> = []) {
        for document in [image.config, image.manifest] where !missing.contains(document.digest) { insert(document) }
        for (descriptor, bytes) in image.layers where !missing.contains(descriptor.digest) {
            blobs[descriptor.digest] = MemoryBytes(bytes, path: "memory")
        }
    }

    /// Adds a root, as an entry of a layout's `index.json`.
    package mutating func root(_ descriptor: Descriptor) {
        let labels = ImageLabel(annotations: descriptor.annotations).map { [$0] } ?? []
        roots.append(.init(descriptor: descriptor, entry: descriptor.json.bytes, labels: labels))
    }

    /// A graph of one image under one name, as a layout with a single entry gives it.
    package static func of(_ image: SampleImage, name: String? = nil, platform: String? = nil) -> ImageGraph {
        var graph = ImageGraph()
        graph.add(image)
        graph.root(image.entry(platform, name: name))
        return graph
    }
}

/// Files of image archives and layouts, by name.
package enum SampleFiles {
    package static let marker = ("oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))

    package static func blobs(_ images: [SampleImage], _ documents: [any SampleBlob] = []) -> [(String, [UInt8])] {
        var files: [String: [UInt8]] = [:]
        for document in documents + images.flatMap({ [$0.config, $0.manifest] as [any SampleBlob] }) {
            files["blobs/sha256/\(document.digest.hex)"] = document.bytes
        }
        for layer in images.flatMap(\.layers) { files["blobs/sha256/\(layer.descriptor.digest.hex)"] = layer.bytes }
        return files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    package static func layout(
        _ images: [SampleImage], _ documents: [any SampleBlob] = [], roots: [Descriptor]
    ) -> [(String, [UInt8])] {
        [marker, ("index.json", SampleImage.index(roots).bytes)] + blobs(images, documents)
    }

    /// The files that docker before 25 saves: plain layers whose names are not digests.
    package static func docker(_ images: [(SampleImage, [String])]) -> [(String, [UInt8])] {
        var files: [(String, [UInt8])] = []
        for (number, (image, _)) in images.enumerated() {
            files.append(("\(image.config.digest.hex).json", image.config.bytes))
            for (place, layer) in image.layers.enumerated() {
                files.append(("\(number)-\(place)/layer.tar", layer.bytes))
            }
        }
        return files + [("manifest.json", manifest(images))]
    }

    package static func manifest(_ images: [(SampleImage, [String])]) -> [UInt8] {
        let entries = images.enumerated().map { number, pair -> JSONText in
            .object([
                ("Config", .string("\(pair.0.config.digest.hex).json")),
                ("RepoTags", .array(pair.1.map { .string($0) })),
                ("Layers", .array(pair.0.layers.indices.map { .string("\(number)-\($0)/layer.tar") })),
            ])
        }
        return JSONText.array(entries).bytes
    }
}
