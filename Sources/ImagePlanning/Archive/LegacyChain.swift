package import ImageModel

/// The layers of an image in the form of engines before 1.10: a chain of ids, each with its parent. The last one has
/// the members of the config. The ids follow from the content alone.
struct LegacyChain {
    struct Layer {
        let id: String
        let blob: Descriptor
        let json: [UInt8]
    }

    private(set) var layers: [Layer] = []

    init(_ blobs: [Descriptor], config: Document) throws(PlanError) {
        var parent: String?
        for (number, blob) in blobs.enumerated() {
            let isTop = number == blobs.count - 1
            var text = "\(parent ?? "") \(blob.digest)"
            if isTop { text += " \(config.digest)" }
            let id = Digest(of: Array(text.utf8)).hex
            layers.append(Layer(id: id, blob: blob, json: try Self.json(id, parent, isTop ? config : nil)))
            parent = id
        }
    }

    private static func json(_ id: String, _ parent: String?, _ config: Document?) throws(PlanError) -> [UInt8] {
        guard let config else {
            return JSONText.object([("id", .string(id))] + (parent.map { [("parent", .string($0))] } ?? [])).bytes
        }
        let changes = [
            JSONChange([.key("rootfs")], to: nil), JSONChange([.key("history")], to: nil),
            JSONChange([.key("id")], to: .string(id)), JSONChange([.key("parent")], to: parent.map(JSONText.string)),
        ]
        do throws(JSONEditError) { return try JSONEdit.applying(changes, to: config.bytes) } catch {
            throw .graph(.edit(config.digest, error))
        }
    }
}

/// The JSON of a v1 image, which docker and podman still write. It states the whole platform or the system alone.
package enum LegacyImage {
    /// The bytes are unchanged if they state no platform, or that one already.
    package static func corrected(_ bytes: [UInt8], to platform: Platform) throws(JSONEditError) -> [UInt8] {
        let root: JSONValue
        do throws(JSONError) { root = try JSONDocument(parsing: bytes).root } catch { throw .malformed(error) }
        if root["architecture"]?.string != nil {
            let current = Platform(json: root)
            guard PlatformEdit.isNeeded(to: platform, from: current) else { return bytes }
            return try JSONEdit.applying(PlatformEdit.changes(to: platform, from: current, at: []), to: bytes)
        }
        guard let system = root["os"]?.string, system != platform.os else { return bytes }
        return try JSONEdit.applying([JSONChange([.key("os")], to: .string(platform.os))], to: bytes)
    }

    /// The bytes are unchanged if they do not repeat the object `config` of the config, whose bytes `config` are.
    package static func edited(
        _ bytes: [UInt8], _ edit: ConfigEdit, of config: [UInt8]
    ) throws(JSONEditError) -> [UInt8] {
        let (root, described) = (try JSONEdit.root(of: bytes), try JSONEdit.root(of: config))
        guard let own = root["config"], let present = described["config"], own.kind == .object,
            JSONText(value: own) == JSONText(value: present)
        else { return bytes }
        return try JSONEdit.applying(edit.changes(to: root), to: bytes)
    }
}
