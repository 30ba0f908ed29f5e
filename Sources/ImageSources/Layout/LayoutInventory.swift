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

    /// What stands among the blobs and is none.
    package struct Stranger: Sendable {
        package enum Kind: Sendable { case file, directory, link, special }

        /// Its path in the layout.
        package let name: String
        package let kind: Kind
    }

    /// Its roots are the entries of `index.json`, and behind them documents that no entry names and that speak of
    /// something that stays: signatures and the like, as their makers leave them, and manifests of images that docker's
    /// list has without a name.
    package let graph: ImageGraph
    package let blobs: [Blob]
    /// None of what stands below one of them is named by itself.
    package let strangers: [Stranger]
    /// Blobs that docker's `manifest.json` names.
    package let named: Set<Digest>

    /// `index` is the `index.json` that counts, where that is not the one that stands there.
    package init(_ directory: LayoutDirectory, index: [UInt8]) throws {
        guard directory.isMarked else { throw LayoutError.unmarked(source: directory.path) }
        let files = directory.files
        (blobs, strangers) = try Self.list(files)
        named = directory.isHybrid ? try Self.named(files) : []
        var reader = ImageLayout().reader(files, DefectLog(isSurvey: false), isThorough: true)
        if let index = try Document(index: DigestedBytes(index)).index { try ImageLayout().follow(index, &reader) }
        for digest in named.sorted() {
            try reader.visit(Descriptor(mediaType: MediaType(""), digest: digest, size: 0))
        }
        try Self.addReferrers(blobs, named, files, &reader)
        graph = reader.reading.graph
    }

    private static func list(_ files: DirectoryFiles) throws(SourceError) -> (blobs: [Blob], strangers: [Stranger]) {
        var blobs: [Blob] = []
        let folders = try strangeFolders(files)
        var strangers = folders.map { Stranger(name: $0, kind: .directory) }
        for file in try files.all() where LayoutPath.isBelowBlobs(file.name) {
            if let digest = Source.statedDigest(file), let source = file.source {
                blobs.append(Blob(digest: digest, name: file.name, size: source.size))
            } else if !isBelow(folders, file.name) {
                strangers.append(Stranger(name: file.name, kind: kind(of: file, files)))
            }
        }
        return (blobs, strangers.sorted { $0.name < $1.name })
    }

    /// Directories where blobs or the directories of an algorithm should be.
    private static func strangeFolders(_ files: DirectoryFiles) throws(SourceError) -> Set<String> {
        func folders(_ name: String) throws(SourceError) -> [String] {
            let path = files.path + "/" + name
            guard FileSystem.isDirectory(path) else { return [] }
            do throws(IOFailure) {
                return try FileSystem.entries(of: path).map { name + "/" + $0 }
                    .filter { FileSystem.isDirectory(files.path + "/" + $0) }
            } catch { throw .io(error) }
        }
        var strange: Set<String> = []
        for folder in try folders(LayoutPath.blobs) {
            if Digest.Algorithm(rawValue: FileSystem.name(of: folder)) == nil {
                strange.insert(folder)
            } else {
                strange.formUnion(try folders(folder))
            }
        }
        return strange
    }

    /// They stand at the second level or at the third.
    private static func isBelow(_ folders: Set<String>, _ name: String) -> Bool {
        let parts = name.split(separator: "/")
        return [2, 3].contains { folders.contains(parts.prefix($0).joined(separator: "/")) }
    }

    private static func kind(of file: ListedFile, _ files: DirectoryFiles) -> Stranger.Kind {
        if file.source != nil { return .file }
        return FileSystem.isLink(files.path + "/" + file.name) ? .link : .special
    }

    private static func named(_ files: DirectoryFiles) throws(SourceError) -> Set<Digest> {
        guard let bytes = try files.bytes("manifest.json", limit: Limits.topDocument) else { return [] }
        var named: Set<Digest> = []
        for entry in try DockerArchive.entries(bytes, path: files.path, DefectLog(isSurvey: false)) {
            named.formUnion(([entry.config] + entry.layers).compactMap { LayoutPath(parsing: $0)?.digest })
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
            guard try source.firstJSONByte() == UInt8(ascii: "{") else { return nil }
            let bytes = try source.bytes(limit: Limits.document)
            let content = DigestedBytes(bytes, algorithm: blob.digest.algorithm)
            let unknown = MediaType("application/octet-stream")
            guard content.digest == blob.digest else { return nil }
            let known = (try? RecognisedContent(content).document()) ?? nil
            guard let document = known ?? (try? Document(leniently: content, mediaType: unknown)) else { return nil }
            let ofDocker = [document.manifest?.config.digest].compactMap(\.self).first(where: named.contains)
            guard let subject = ofDocker ?? document.subject?.digest else { return nil }
            return (Descriptor(mediaType: document.mediaType, digest: blob.digest, size: blob.size), subject)
        } catch { throw .io(error) }
    }
}
