internal import ImageModel

/// A generated image in the format of `docker save`.
package struct SavedImage: Sendable {
    package var names: [String]
    package var config: String
    package var layers: [[UInt8]]

    package init(
        _ names: [String], architecture: String = "amd64", layers: [[UInt8]] = [Array("one layer".utf8)],
        extra: String = ""
    ) {
        self.names = names
        self.layers = layers
        let diffIDs = layers.map { "\"\(Digest(of: $0))\"" }.joined(separator: ",")
        config =
            "{\"architecture\":\"\(architecture)\",\"os\":\"linux\",\(extra)"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\(diffIDs)]}}"
    }

    package var configDigest: String { Self.digest(Array(config.utf8)) }

    package static func digest(_ bytes: [UInt8]) -> String { "\(Digest(of: bytes))" }

    package static func archive(_ images: [SavedImage]) -> [UInt8] {
        var tar = TarBuilder()
        var seen: Set<String> = []
        var rows: [String] = []
        func put(_ name: String, _ content: [UInt8]) {
            if seen.insert(name).inserted { tar.add(name, content) }
        }
        for image in images {
            let config = Digest(of: Array(image.config.utf8)).hex + ".json"
            put(config, Array(image.config.utf8))
            let layers = image.layers.map { layer in
                let name = Digest(of: layer).hex + "/layer.tar"
                put(name, layer)
                return "\"\(name)\""
            }
            let tags = image.names.map { "\"\($0)\"" }.joined(separator: ",")
            rows.append(
                "{\"Config\":\"\(config)\",\"RepoTags\":[\(tags)],\"Layers\":[\(layers.joined(separator: ","))]}")
        }
        tar.add("manifest.json", "[\(rows.joined(separator: ","))]")
        return tar.finished
    }

    package var archive: [UInt8] { Self.archive([self]) }
}
