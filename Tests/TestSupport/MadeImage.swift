internal import ImageModel

/// An image with real files. Its metadata may contradict them.
package struct MadeImage: Sendable {
    package var platform: String
    /// The platform in the descriptor of an index; `nil` if it is that of the config.
    package var descriptorPlatform: String?
    package var entrypoint: [String] = []
    package var command: [String] = []
    package var path: String? = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    package var workingDirectory: String?
    /// The layers, from the lowest to the highest.
    package var layers: [[LayerEntry]]
    package var name: String? = "docker.io/demo/made:1.0"

    package init(_ platform: String = "linux/amd64", _ layers: [LayerEntry]..., run entrypoint: [String] = []) {
        self.platform = platform
        self.layers = layers
        self.entrypoint = entrypoint
    }

    /// An archive of an image layout, with every layer stored as `packing`.
    package func archive(_ packing: LayerPacking = .plain) throws -> [UInt8] {
        try Self.archive([self], packing)
    }

    /// An archive of several images. They form an index under the name of the first.
    package static func archive(_ images: [MadeImage], _ packing: LayerPacking = .plain) throws -> [UInt8] {
        var blobs: [String: [UInt8]] = [:]
        var manifests: [JSONText] = []
        for image in images {
            manifests.append(try image.put(packing, into: &blobs, isChild: images.count > 1))
        }
        if images.count > 1 {
            let index = document(type: "index", [("manifests", .array(manifests))])
            manifests = [put(index, "application/vnd.oci.image.index.v1+json", into: &blobs, images.first?.name)]
        }
        let top = document(type: "index", [("manifests", .array(manifests))])
        let files = blobs.sorted { $0.key < $1.key }.map { ("blobs/sha256/\($0.key)", $0.value) }
        return TarBuilder.archive([SampleFiles.marker, ("index.json", top)] + files)
    }

    /// The archive with plain layers that `docker save` writes.
    package func dockerArchive() throws -> [UInt8] {
        let content = try content()
        var saved = SavedImage(name.map { [$0] } ?? [], layers: content.layers)
        saved.config = String(decoding: content.config, as: UTF8.self)
        return saved.archive
    }

    /// The stored layers and the config.
    package func content(_ packing: LayerPacking = .plain) throws -> (layers: [[UInt8]], config: [UInt8]) {
        let packed = try layers.map { try packing.packed($0) }
        return (packed.map(\.blob), config(packed.map { Digest(of: $0.tar) }).bytes)
    }

    private func put(
        _ packing: LayerPacking, into blobs: inout [String: [UInt8]], isChild: Bool
    ) throws -> JSONText {
        let content = try content(packing)
        let descriptors = content.layers.map { Self.put($0, packing.mediaType, into: &blobs) }
        let config = Self.put(content.config, "application/vnd.oci.image.config.v1+json", into: &blobs)
        let manifest = Self.document(type: "manifest", [("config", config), ("layers", .array(descriptors))])
        return Self.put(
            manifest, "application/vnd.oci.image.manifest.v1+json", into: &blobs, isChild ? nil : name,
            isChild ? Self.members(descriptorPlatform ?? platform) : nil)
    }

    private func config(_ diffIDs: [Digest]) -> JSONText {
        func list(_ words: [String]) -> JSONText { .array(words.map(JSONText.string)) }
        var run: [(String, JSONText)] = []
        if let path { run.append(("Env", list(["PATH=\(path)"]))) }
        if !entrypoint.isEmpty { run.append(("Entrypoint", list(entrypoint))) }
        if !command.isEmpty { run.append(("Cmd", list(command))) }
        if let workingDirectory { run.append(("WorkingDir", .string(workingDirectory))) }
        let system: JSONText = .object([("type", .string("layers")), ("diff_ids", list(diffIDs.map(\.description)))])
        return .object(Self.members(platform) + [("config", .object(run)), ("rootfs", system)])
    }

    private static func members(_ platform: String) -> [(String, JSONText)] {
        let parts = platform.split(separator: "/").map(String.init)
        return zip(["os", "architecture", "variant"], parts).map { ($0, .string($1)) }
    }

    private static func document(type: String, _ members: [(String, JSONText)]) -> [UInt8] {
        let type = "application/vnd.oci.image.\(type).v1+json"
        return JSONText.object([("schemaVersion", .integer(2)), ("mediaType", .string(type))] + members).bytes
    }

    private static func put(
        _ bytes: [UInt8], _ type: String, into blobs: inout [String: [UInt8]], _ name: String? = nil,
        _ platform: [(String, JSONText)]? = nil
    ) -> JSONText {
        let digest = Digest(of: bytes)
        blobs[digest.hex] = bytes
        var members: [(String, JSONText)] = [
            ("mediaType", .string(type)), ("digest", .string(digest.description)),
            ("size", .integer(Int64(bytes.count))),
        ]
        if let platform { members.append(("platform", .object(platform))) }
        if let name {
            members.append(("annotations", .object([("io.containerd.image.name", .string(name))])))
        }
        return .object(members)
    }
}
