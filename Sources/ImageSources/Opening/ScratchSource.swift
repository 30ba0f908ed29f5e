package import ImageModel

extension SourceReference {
    /// An image without layers. No file is read.
    package static var scratch: SourceReference { SourceReference(placeless: "scratch") }
}

extension Source {
    /// An image for that platform, without layers and without a name.
    package static func scratch(_ platform: Platform) throws(SourceError) -> Source {
        let platform = platform.normalized
        let members =
            [
                ("architecture", .string(platform.architecture)), ("os", .string(platform.os)),
                ("variant", platform.variant.map(JSONText.string)),
                ("os.version", platform.osVersion.map(JSONText.string)),
            ] as [(String, JSONText?)]
        let config = JSONText.object(
            members.compactMap { name, value in value.map { (name, $0) } } + [
                ("config", .object([])), ("rootfs", .object([("type", "layers"), ("diff_ids", .array([]))])),
                ("history", .array([])),
            ])
        do throws(DocumentError) {
            let config = try Document(config.bytes, mediaType: .ociConfig)
            let manifest = try Document(
                JSONText.object([
                    ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociManifest.rawValue)),
                    ("config", config.descriptor.json), ("layers", .array([])),
                ]).bytes, mediaType: .ociManifest)
            var reading = SourceReading()
            reading.graph.insert(config)
            reading.graph.insert(manifest)
            reading.graph.roots = [.init(descriptor: manifest.descriptor, entry: nil, labels: [])]
            return Source(of: .scratch, "scratch", reading)
        } catch { throw .document(path: "scratch", member: "config", error) }
    }
}
