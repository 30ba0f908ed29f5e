internal import Foundation

/// An OCI image layout on disk, read and checked independently of the product. Sizes come from the file system, digests
/// from `sha256sum`, JSON from Foundation.
package struct WrittenLayout: Sendable {
    package struct Image: Sendable {
        package var names: Set<String>
        package let descriptor: WireDescriptor
        package let manifest: WireDocument
        package let config: WireConfig

        package var platform: String { config.platform.text }
        package var configDigest: String { manifest.config?.digest ?? "" }
        package var layers: [WireDescriptor] { manifest.layers ?? [] }
    }

    package let path: String
    package private(set) var entries: [WireDescriptor] = []
    package private(set) var images: [Image] = []
    package private(set) var attestations: [WireDescriptor] = []
    /// Indexes below index.json, by digest.
    package private(set) var indexes: [String: WireDocument] = [:]
    /// Blobs that are named but not stored, except those with `urls`.
    package private(set) var absent: Set<String> = []
    /// Every violation that the checks found.
    package private(set) var problems: [String] = []

    private var stored: [String: Int64] = [:]
    private var visited: Set<String> = []

    /// Reads a layout. `strict` makes files that the index does not reach a violation.
    package init(_ path: String, strict: Bool = true) throws {
        self.path = path
        guard let marker = FileManager.default.contents(atPath: path + "/oci-layout") else {
            problems = ["no oci-layout in \(path)"]
            return
        }
        if marker != Data(#"{"imageLayoutVersion":"1.0.0"}"#.utf8) { problems.append("odd oci-layout") }
        try readBlobs()
        let top: WireDocument = try decode(try Data(contentsOf: URL(fileURLWithPath: path + "/index.json")))
        if top.schemaVersion != 2 { problems.append("index.json: schemaVersion") }
        if top.mediaType != "application/vnd.oci.image.index.v1+json" { problems.append("index.json: mediaType") }
        entries = top.manifests ?? []
        for entry in entries {
            if !exists(entry.digest) { problems.append("entry \(entry.digest) is absent") }
            try visit(entry, names: entry.name.map { [FamiliarName.full($0)] } ?? [])
        }
        guard strict else { return }
        for digest in Set(stored.keys).subtracting(visited).sorted() { problems.append("no document names \(digest)") }
        let top3 = try Tree.names(in: path)
        if top3 != ["blobs", "index.json", "oci-layout"] { problems.append("in the layout: \(top3)") }
    }

    package func bytes(_ digest: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: blobPath(digest))))
    }

    package func image(_ platform: String) -> Image? { images.first { $0.platform == platform } }

    private func blobPath(_ digest: String) -> String {
        path + "/blobs/" + digest.replacingOccurrences(of: ":", with: "/")
    }

    private func exists(_ digest: String) -> Bool { stored[digest] != nil }

    private func decode<T: Decodable>(_ data: Data) throws -> T { try JSONDecoder().decode(T.self, from: data) }

    private mutating func readBlobs() throws {
        let directory = path + "/blobs/sha256"
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/" + name)
            stored["sha256:" + name] = (attributes[.size] as? NSNumber)?.int64Value
            if attributes[.type] as? FileAttributeType != .typeRegular { problems.append("\(name) is no file") }
        }
        let sums = try Program.run("/usr/bin/sha256sum", ["--"] + names, directory: directory).stdout
        let expected = names.map { "\($0)  \($0)\n" }.joined()
        if !names.isEmpty && sums != expected { problems.append("digests differ from names:\n\(sums)") }
    }

    private mutating func check(_ descriptor: WireDescriptor) -> Bool {
        guard let size = stored[descriptor.digest] else {
            if descriptor.urls == nil { absent.insert(descriptor.digest) }
            return false
        }
        visited.insert(descriptor.digest)
        if size != descriptor.size { problems.append("\(descriptor.digest): size \(size), said \(descriptor.size)") }
        return true
    }

    private mutating func visit(_ descriptor: WireDescriptor, names: Set<String>) throws {
        guard check(descriptor), let type = descriptor.mediaType else { return }
        let isIndex = type.contains("image.index") || type.contains("manifest.list")
        guard isIndex || type.contains("manifest.v") else { return }
        let document: WireDocument = try decode(Data(try bytes(descriptor.digest)))
        if let own = document.mediaType, own != type { problems.append("\(descriptor.digest): \(own), said \(type)") }
        if isIndex {
            indexes[descriptor.digest] = document
            for child in document.manifests ?? [] { try visit(child, names: names) }
            return
        }
        if let config = document.config { _ = check(config) }
        for layer in document.layers ?? [] where check(layer) { try checkLabel(layer) }
        if descriptor.isAttestation {
            if !attestations.contains(where: { $0.digest == descriptor.digest }) { attestations.append(descriptor) }
        } else if let config = document.config, config.mediaType?.contains("image") == true, exists(config.digest) {
            try add(descriptor, document, try decode(Data(try bytes(config.digest))), names)
        }
    }

    private mutating func add(
        _ descriptor: WireDescriptor, _ manifest: WireDocument, _ config: WireConfig, _ names: Set<String>
    ) throws {
        if manifest.layers?.count != config.rootfs.diffIDs.count { problems.append("\(descriptor.digest): diffIDs") }
        for (layer, diffID) in zip(manifest.layers ?? [], config.rootfs.diffIDs)
        where layer.mediaType?.hasSuffix("tar") == true && layer.digest != diffID {
            problems.append("\(layer.digest) is plain and not its diffID")
        }
        if let said = descriptor.platform?.text, said != config.platform.text {
            problems.append("\(descriptor.digest): the descriptor says \(said), the config \(config.platform.text)")
        }
        if let number = images.firstIndex(where: { $0.descriptor.digest == descriptor.digest }) {
            images[number].names.formUnion(names)
        } else {
            images.append(Image(names: names, descriptor: descriptor, manifest: manifest, config: config))
        }
    }

    /// The media type of a layer states the compression that its bytes have.
    private mutating func checkLabel(_ layer: WireDescriptor) throws {
        guard let type = layer.mediaType, type.contains("layer") || type.contains("diff"),
            let handle = FileHandle(forReadingAtPath: blobPath(layer.digest))
        else { return }
        let head = Array(try handle.read(upToCount: 4) ?? Data())
        let found = head.starts(with: [0x1f, 0x8b]) ? "gzip" : head.starts(with: [0x28, 0xb5, 0x2f]) ? "zstd" : "tar"
        if !type.hasSuffix(found) && !type.contains("in-toto") && !type.hasSuffix("json") {
            problems.append("\(layer.digest) is \(found), said \(type)")
        }
    }
}
