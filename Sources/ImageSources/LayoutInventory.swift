internal import ByteIO
package import ImageModel

/// Every blob of a layout directory, and everything that may lead to one. What is reached and cannot be read throws:
/// who knows what it needs.
package struct LayoutInventory: Sendable {
    package struct Blob: Sendable {
        package let digest: Digest
        /// Its path in the layout.
        package let name: String
        package let size: Int64
    }

    /// Its roots are the entries of `index.json`, and behind them documents that no entry names and that speak of
    /// something that stays: signatures and the like, as their makers leave them, and manifests of images that docker's
    /// list has without a name.
    package let graph: ImageGraph
    package let blobs: [Blob]
    /// What stands among the blobs and is none by its name or its kind.
    package let strangers: [String]
    /// Blobs that docker's `manifest.json` names.
    package let named: Set<Digest>

    /// `index` is the `index.json` that counts, where that is not the one that stands there.
    package init(_ directory: LayoutDirectory, index: [UInt8]) throws {
        guard directory.isMarked else { throw LayoutError.unmarked(source: directory.path) }
        let files = directory.files
        (blobs, strangers) = try Self.list(files)
        named = directory.isHybrid ? try Self.named(files) : []
        var reader = ImageLayout().reader(files, DefectLog(isSurvey: false), isThorough: true)
        try ImageLayout().follow(IndexView(bytes: index), &reader)
        for digest in named.sorted() {
            try reader.visit(Descriptor(mediaType: MediaType(""), digest: digest, size: 0))
        }
        try Self.addReferrers(blobs, named, files, &reader)
        graph = reader.reading.graph
    }

    private static func list(_ files: DirectoryFiles) throws(SourceError) -> (blobs: [Blob], strangers: [String]) {
        var blobs: [Blob] = []
        var strangers: [String] = []
        for file in try files.all() where file.name.hasPrefix("blobs/") {
            if let digest = SourceSurvey.statedDigest(file), let source = file.source {
                blobs.append(Blob(digest: digest, name: file.name, size: source.size))
            } else {
                strangers.append(file.name)
            }
        }
        return (blobs, strangers)
    }

    private static func named(_ files: DirectoryFiles) throws(SourceError) -> Set<Digest> {
        guard let bytes = try files.bytes("manifest.json", limit: Limits.topDocument) else { return [] }
        var named: Set<Digest> = []
        for entry in try DockerArchive.entries(bytes, path: files.path, DefectLog(isSurvey: false)) {
            named.formUnion(([entry.config] + entry.layers).compactMap { SourceSurvey.statedDigest(path: $0) })
            named.formUnion(entry.sources.values.map(\.digest))
        }
        return named
    }

    /// Until nothing more is found: one may speak of another.
    private static func addReferrers(
        _ blobs: [Blob], _ named: Set<Digest>, _ files: DirectoryFiles, _ reader: inout GraphReader
    ) throws(SourceError) {
        var waiting: [(referrer: Descriptor, subject: Digest)] = []
        for blob in blobs where !reader.hasMet(blob.digest) {
            if let found = try referrer(blob, named, files) { waiting.append(found) }
        }
        var isDone = false
        while !isDone {
            let found = waiting.filter { reader.hasMet($0.subject) }
            waiting.removeAll { reader.hasMet($0.subject) }
            isDone = found.isEmpty
            for (referrer, _) in found {
                try reader.visit(referrer)
                reader.reading.graph.roots.append(.init(descriptor: referrer, entry: nil, labels: []))
            }
        }
    }

    /// nil: it speaks of nothing, or is not what its name says.
    private static func referrer(
        _ blob: Blob, _ named: Set<Digest>, _ files: DirectoryFiles
    ) throws(SourceError) -> (Descriptor, subject: Digest)? {
        guard blob.size <= Limits.document, let source = try files.file(blob.name) else { return nil }
        do throws(IOFailure) {
            guard try source.startsLikeAnObject() else { return nil }
            let bytes = try source.bytes(limit: Limits.document)
            guard let references = try? DocumentReferences(bytes: bytes), !references.isEmpty,
                Digest(of: bytes, algorithm: blob.digest.algorithm) == blob.digest
            else { return nil }
            let manifest = try? ManifestView(bytes: bytes)
            let ofDocker = [manifest?.config.digest].compactMap(\.self).first(where: named.contains)
            guard let subject = ofDocker ?? references.subject?.digest else { return nil }
            let type = manifest?.mediaType ?? (try? IndexView(bytes: bytes))?.mediaType
            return (
                Descriptor(
                    mediaType: type ?? MediaType("application/octet-stream"), digest: blob.digest, size: blob.size),
                subject
            )
        } catch { throw .io(error) }
    }
}

extension ByteSource {
    /// The first byte that is no space opens a JSON object.
    func startsLikeAnObject() throws(IOFailure) -> Bool {
        try head(512).first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    }
}
