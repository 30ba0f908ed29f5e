internal import ByteIO
package import ImageModel

/// All blobs of a layout directory, and all documents that may refer to one. Content that is referenced and cannot be
/// read is an error: it may refer to more.
package struct LayoutInventory: Sendable {
    package struct Blob: Sendable {
        package let digest: Digest
        /// Its path in the layout.
        package let name: String
        package let size: Int64
    }

    /// A file or directory below `blobs/` that is not a blob.
    package struct UnknownFile: Sendable {
        package enum Kind: Sendable { case file, directory, link, special }

        /// Its path in the layout.
        package let name: String
        package let kind: Kind
    }

    /// Its roots are the entries of `index.json`, then referrers without an entry, such as signatures. The manifests of
    /// the images in docker's list are roots too.
    package let graph: ImageGraph
    package let blobs: [Blob]
    /// Content of a listed directory is not listed itself.
    package let unknownFiles: [UnknownFile]
    /// Blobs that docker's `manifest.json` names.
    package let named: Set<Digest>

    /// `index` is the `index.json`, or replaces it. `known` are documents of the layout that this run has read before. They
    /// are not read again.
    package init(
        _ directory: LayoutDirectory, index: Document, known: [Digest: Document] = [:]
    ) throws(LayoutError) {
        guard directory.isMarked else { throw .unmarked(source: directory.path) }
        let files = directory.files
        do throws(SourceError) {
            (blobs, unknownFiles) = try Self.list(files)
            named = directory.isHybrid ? try Self.named(files) : []
            var reader = ImageLayout().reader(files, DefectLog(isSurvey: false), isThorough: true, known: known)
            if let index = index.index { try ImageLayout().follow(index, &reader) }
            for digest in named.sorted() {
                try reader.visit(Descriptor(mediaType: MediaType(""), digest: digest, size: 0))
            }
            try Self.addReferrers(blobs, named, files, &reader)
            graph = reader.reading.graph
        } catch { throw .source(error) }
        // An absent document may need any blob.
        for entry in index.index?.manifests ?? [] where !graph.holds(entry.descriptor.digest) {
            throw .absentRoot(source: directory.path, entry.descriptor.digest)
        }
    }

    /// The manifests that an index lists and that are absent. What they need is not known.
    package var absentChildren: Set<Digest> {
        let entries = graph.indexes.flatMap(\.view.manifests).filter { !$0.descriptor.isAttestation }
        return Set(entries.map(\.descriptor.digest)).filter { !graph.holds($0) }
    }

    private static func list(_ files: DirectoryFiles) throws(SourceError) -> (
        blobs: [Blob], unknownFiles: [UnknownFile]
    ) {
        var blobs: [Blob] = []
        let folders = try unknownFolders(files)
        var unknownFiles = folders.map { UnknownFile(name: $0, kind: .directory) }
        for file in try files.all() where LayoutPath.isBelowBlobs(file.name) {
            if let digest = Source.statedDigest(file), let source = file.source {
                blobs.append(Blob(digest: digest, name: file.name, size: source.size))
            } else if !isBelow(folders, file.name) {
                unknownFiles.append(UnknownFile(name: file.name, kind: kind(of: file, files)))
            }
        }
        return (blobs, unknownFiles.sorted { $0.name < $1.name })
    }

    /// Directories in place of blobs, and directories that are no algorithm.
    private static func unknownFolders(_ files: DirectoryFiles) throws(SourceError) -> Set<String> {
        func folders(_ name: String) throws(SourceError) -> [String] {
            let path = files.path + "/" + name
            do throws(IOFailure) {
                guard try FileSystem.isPresentDirectory(path) else { return [] }
                var folders: [String] = []
                for entry in try FileSystem.entries(of: path) {
                    if try FileSystem.isPresentDirectory(path + "/" + entry) { folders.append(name + "/" + entry) }
                }
                return folders
            } catch { throw .io(error) }
        }
        var unknown: Set<String> = []
        for folder in try folders(LayoutPath.blobs) {
            if Digest.Algorithm(rawValue: FileSystem.name(of: folder)) == nil {
                unknown.insert(folder)
            } else {
                unknown.formUnion(try folders(folder))
            }
        }
        return unknown
    }

    /// Whether the name is below one of the folders, which are at the second or the third level.
    private static func isBelow(_ folders: Set<String>, _ name: String) -> Bool {
        let parts = name.split(separator: "/")
        return [2, 3].contains { folders.contains(parts.prefix($0).joined(separator: "/")) }
    }

    private static func kind(of file: ListedFile, _ files: DirectoryFiles) -> UnknownFile.Kind {
        if file.source != nil { return .file }
        return FileSystem.isLink(files.path + "/" + file.name) ? .link : .special
    }

    private static func named(_ files: DirectoryFiles) throws(SourceError) -> Set<Digest> {
        guard var list = try DockerList(in: files, DefectLog(isSurvey: false)) else { return [] }
        var named: Set<Digest> = []
        while let entry = list.next() {
            named.formUnion(([entry.config] + entry.layers).compactMap { LayoutPath(parsing: $0)?.digest })
            named.formUnion(entry.sources.values.map(\.digest))
        }
        return named
    }

    /// A referrer may have referrers itself, so each one that is read is followed by its own. Each blob is looked at once.
    private static func addReferrers(
        _ blobs: [Blob], _ named: Set<Digest>, _ files: DirectoryFiles, _ reader: inout GraphReader
    ) throws(SourceError) {
        var waiting: [Digest: [Document]] = [:]
        for blob in blobs where !reader.hasMet(blob.digest) {
            if let found = try referrer(blob, named, files, reader.known[blob.digest]) {
                waiting[found.subject, default: []].append(found.document)
            }
        }
        var next = 0
        while next < reader.met.count {
            let referrers = waiting.removeValue(forKey: reader.met[next]) ?? []
            next += 1
            for referrer in referrers {
                reader.known[referrer.digest] = referrer
                try reader.visit(referrer.descriptor)
                reader.reading.graph.roots.append(.init(descriptor: referrer.descriptor, entry: nil, labels: []))
            }
        }
    }

    /// `nil` if the blob has no subject, or not the digest that its name states.
    private static func referrer(
        _ blob: Blob, _ named: Set<Digest>, _ files: DirectoryFiles, _ known: Document?
    ) throws(SourceError) -> (document: Document, subject: Digest)? {
        guard blob.size <= Limits.document else { return nil }
        let found = if let known, known.digest == blob.digest { known } else { try document(blob, files) }
        guard let document = found else { return nil }
        let ofDocker = [document.manifest?.config.digest].compactMap(\.self).first(where: named.contains)
        guard let subject = ofDocker ?? document.subject?.digest else { return nil }
        return (document, subject)
    }

    private static func document(_ blob: Blob, _ files: DirectoryFiles) throws(SourceError) -> Document? {
        guard let source = try files.file(blob.name) else { return nil }
        do throws(IOFailure) {
            guard try source.firstJSONByte() == UInt8(ascii: "{") else { return nil }
            let content = DigestedBytes(
                try source.bytes(limit: Limits.document), algorithm: blob.digest.algorithm)
            guard content.digest == blob.digest else { return nil }
            return try? RecognisedContent.document(content, orLeniently: MediaType("application/octet-stream"))
        } catch { throw .io(error) }
    }
}
