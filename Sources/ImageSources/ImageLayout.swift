internal import ByteIO
internal import ImageModel

/// An OCI image layout, as a directory or in a tar, with or without docker's `manifest.json` beside it. Where both
/// descriptions stand, the result is their union: engines from 25 on leave untagged images out of `index.json`, and
/// containerd's `manifest.json` names one platform only.
struct ImageLayout: InputDialect {
    let prefixes = ["oci", "oci-archive"]
    let name = "OCI image layout"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard try files.file("index.json") != nil else { return false }
        if try files.file("oci-layout") != nil { return true }
        // Without its marker a layout is still one, unless docker's description stands there to be read instead.
        return try files.file("manifest.json") == nil
    }

    func read(_ files: any ImageFiles) throws(SourceError) -> SourceReading {
        let (reading, _) = try described(files)
        guard let docker = try files.bytes("manifest.json", limit: Limits.topDocument) else { return reading }
        var union = HybridUnion(reading)
        for image in try DockerArchive.entries(docker, path: files.path) { try union.add(image, from: files) }
        return union.reading
    }

    /// By `index.json` alone, whose bytes are given too.
    func described(_ files: any ImageFiles) throws(SourceError) -> (reading: SourceReading, index: [UInt8]) {
        var reader = GraphReader(files: files) { ["blobs/\($0.algorithm.rawValue)/\($0.hex)"] }
        if try !checkVersion(files) { reader.reading.notes.append(.layoutFileMissing) }
        guard let bytes = try files.bytes("index.json", limit: Limits.topDocument) else {
            throw .missingMember(path: files.path, member: "index.json")
        }
        let index: IndexView
        do throws(DocumentError) { index = try IndexView(bytes: bytes) } catch {
            throw .document(path: files.path, member: "index.json", error)
        }
        for entry in index.manifests {
            try reader.visit(entry.descriptor)
            let labels = ImageLabel(annotations: entry.descriptor.annotations).map { [$0] } ?? []
            reader.reading.graph.roots.append(.init(descriptor: entry.descriptor, entry: entry.json, labels: labels))
        }
        return (reader.reading, bytes)
    }

    private func checkVersion(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard let bytes = try files.bytes("oci-layout", limit: Limits.document) else { return false }
        let version: String?
        do throws(JSONError) { version = try JSONDocument(parsing: bytes).root["imageLayoutVersion"]?.string } catch {
            throw .document(path: files.path, member: "oci-layout", .notJSON(error))
        }
        guard version == "1.0.0" else { throw .layoutVersion(path: files.path, found: version ?? "") }
        return true
    }
}
