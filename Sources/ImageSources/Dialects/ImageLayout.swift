internal import ByteIO
internal import ImageModel

/// An OCI image layout, as a directory or in a tar, with or without docker's `manifest.json`. If both descriptions
/// exist, the result is their union. Engines from 25 on omit untagged images from `index.json`. containerd's
/// `manifest.json` names one platform only.
struct ImageLayout: InputDialect {
    let prefixes = ["oci", "oci-archive"]
    let name = "OCI image layout"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard try files.file("index.json") != nil else { return false }
        if try files.file("oci-layout") != nil { return true }
        // A layout without its marker is accepted unless docker's description can be read instead.
        return try files.file("manifest.json") == nil
    }

    func read(_ files: any ImageFiles, _ defects: DefectLog, keepsLists: Bool) throws(SourceError) -> SourceReading {
        var (reading, index) = try described(files, defects)
        if keepsLists { (reading.lists.index, reading.lists.indexed) = (index, reading.graph.documents) }
        let docker = try defects.tolerating(at: DescriptorPath(DockerList.name)) { () throws(SourceError) in
            try DockerList(in: files, defects)
        }
        guard var list = docker ?? nil else { return reading }
        if keepsLists { reading.lists.docker = list.bytes }
        var union = HybridUnion(reading)
        while let image = list.next() {
            _ = try defects.tolerating(at: image.place) { () throws(SourceError) in
                guard let config = try union.config(of: image, in: files, defects) else { return }
                if keepsLists { union.reading.lists.images.append((image, config)) }
                try union.add(image, config, from: files, defects)
            }
        }
        return union.reading
    }

    /// Reads what `index.json` alone describes. The index is `nil` in a survey if it is damaged. `known` are documents of
    /// the same files that were read before.
    func described(
        _ files: any ImageFiles, _ defects: DefectLog, known: [Digest: Document] = [:]
    ) throws(SourceError) -> (reading: SourceReading, index: Document?) {
        var reader = reader(files, defects, known: known)
        let isMarked = try defects.tolerating(at: DescriptorPath("oci-layout"), hides: false) {
            () throws(SourceError) in try checkVersion(files)
        }
        if isMarked == false { reader.reading.notes.append(.layoutFileMissing) }
        let place = DescriptorPath("index.json")
        let top = try defects.tolerating(at: place) { () throws(SourceError) in try topIndex(files) }
        if let top, let index = top.index {
            reader.reading.graph.isIncrement = Increment.isMarked(index)
            try follow(index, &reader)
        }
        return (reader.reading, top)
    }

    func reader(
        _ files: any ImageFiles, _ defects: DefectLog, isThorough: Bool = false, known: [Digest: Document] = [:]
    ) -> GraphReader {
        let places = FilesByDigest(files) { [LayoutPath($0).description] }
        return GraphReader(places, defects: defects, isThorough: isThorough, known: known)
    }

    /// Every entry becomes a root, in the order of the index.
    func follow(_ index: IndexView, _ reader: inout GraphReader) throws(SourceError) {
        for (number, entry) in index.manifests.enumerated() {
            try reader.visit(entry.descriptor)
            let labels = ImageLabel(annotations: entry.descriptor.annotations).map { [$0] } ?? []
            if let label = labels.first, label.isContradicted(by: entry.descriptor.annotations) {
                reader.reading.notes.append(
                    .namesDisagree(
                        label, containerd: entry.descriptor.annotations[ImageLabel.containerdKey] ?? ""))
            }
            if let tag = labels.first.flatMap(CosignTag.init) { reader.reading.graph.cosigned[tag] = entry.descriptor }
            reader.reading.graph.roots.append(
                .init(
                    descriptor: entry.descriptor, entry: Array(entry.json), labels: labels,
                    place: DescriptorPath([.init("index.json"), .init("manifests", number)])))
        }
    }

    func topIndex(_ files: any ImageFiles) throws(SourceError) -> Document {
        guard let bytes = try files.bytes("index.json", limit: Limits.topDocument) else {
            throw .missingMember(path: files.path, member: "index.json")
        }
        do throws(DocumentError) { return try Document(index: DigestedBytes(bytes)) } catch {
            throw .document(path: files.path, member: "index.json", error)
        }
    }

    func checkVersion(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard let bytes = try files.bytes("oci-layout", limit: Limits.document) else { return false }
        let version: String?
        do throws(JSONError) { version = try JSONDocument(parsing: bytes).root["imageLayoutVersion"]?.string } catch {
            throw .document(path: files.path, member: "oci-layout", .notJSON(error))
        }
        guard version == "1.0.0" else { throw .layoutVersion(path: files.path, found: version ?? "") }
        return true
    }
}
