package import ByteIO
package import ImageModel

extension SelfDescription {
    /// The files that change, each once. Documents under their new names come first, then the files that repeat their
    /// members, then the lists.
    package func edits(_ correction: MemberCorrection) throws(SourceError) -> [MemberEdit] {
        var edits: [String: MemberEdit] = [:]
        var last: [MemberEdit] = []
        let corrected = Dictionary(correction.documents.map { ($0.before.digest, $0.after) }) { first, _ in first }
        for (before, after) in correction.documents {
            if isTop(before.digest) {
                let name = form == .layout ? "index.json" : "manifest.json"
                last.append(
                    MemberEdit(name: name, newName: name, before: before.bytes, after: after.bytes, kind: .replacement))
            } else if let name = try documentName(before.digest) {
                let edit = try edit(name, renamed(name, to: after.digest), before, after, correction)
                if let edit { edits["\(name) \(edit.newName)"] = edit }
            }
        }
        var changes: [JSONChange] = []
        for (number, (entry, config)) in lists.images.enumerated() {
            guard let after = corrected[config.digest] else { continue }
            let name = TarMember.normalized(entry.config)
            let isNamedByDigest = DockerArchive.statedDigest(name) != nil
            let new = isNamedByDigest ? renamed(entry.config, to: after.digest) : entry.config
            if let edit = try edit(name, TarMember.normalized(new), config, after, correction) {
                edits["\(name) \(edit.newName)"] = edit
            }
            if new != entry.config { changes.append(JSONChange([.index(number), .key("Config")], to: .string(new))) }
        }
        for edit in try legacyEdits(correction) { edits["\(edit.name) \(edit.newName)"] = edit }
        if !changes.isEmpty {
            let (name, before) = (DockerList.name, lists.docker)
            let after: [UInt8]
            do throws(JSONEditError) { after = try JSONEdit.applying(changes, to: before) } catch { throw .edit(error) }
            last.append(MemberEdit(name: name, newName: name, before: before, after: after, kind: .replacement))
        }
        return edits.values.sorted { ($0.name, $0.newName) < ($1.name, $1.newName) } + last
    }

    private func isTop(_ digest: Digest) -> Bool {
        if form == .layout { return digest == top }
        return form == .skopeoDirectory && graph.roots.first?.descriptor.digest == digest
    }

    /// `nil` if no file contains the document, or if docker's list names it.
    private func documentName(_ digest: Digest) throws(SourceError) -> String? {
        let names =
            switch form {
            case .layout: [LayoutPath(digest).description]
            case .skopeoDirectory: ["\(digest.hex).manifest.json", digest.hex]
            case .dockerArchive: [String]()
            }
        for name in names where try files.file(name) != nil { return name }
        return nil
    }

    /// The name with `digest` in place of the digest at the start of its last part.
    func renamed(_ name: String, to digest: Digest) -> String {
        var folders = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let last = folders.popLast() ?? ""
        let prefix = last.hasPrefix("sha256:") ? "sha256:" : ""
        let end = last.dropFirst(prefix.count).drop { $0 != "." }
        return (folders + [prefix + digest.hex + end]).joined(separator: "/")
    }

    /// `nil` if nothing changes.
    func edit(
        _ name: String, _ newName: String, _ before: Document, _ after: Document, _ correction: MemberCorrection
    ) throws(SourceError) -> MemberEdit? {
        try edit(
            name, newName, before: before.bytes, after: after.bytes,
            isKept: newName != name && correction.kept.contains(before.digest))
    }

    /// The file to write may exist already. Its bytes prove that, its name does not.
    func edit(
        _ name: String, _ newName: String, before: [UInt8], after: [UInt8], isKept: Bool
    ) throws(SourceError) -> MemberEdit? {
        let occupant = newName != name ? try files.file(newName) : nil
        let isThere = try occupant.map { (file) throws(SourceError) in try holds(file, after) } ?? false
        if isKept && isThere { return nil }
        let kind: TarEdit.Kind = isKept ? .addition : isThere ? .removal : .replacement
        return MemberEdit(
            name: name, newName: newName, before: before, after: after, kind: kind,
            displaces: occupant != nil && !isThere)
    }

    private func holds(_ file: any ByteSource, _ bytes: [UInt8]) throws(SourceError) -> Bool {
        guard file.size == Int64(bytes.count) else { return false }
        do throws(IOFailure) { return try file.bytes(limit: file.size) == bytes } catch { throw .io(error) }
    }
}

/// A change of one file of a source.
package struct MemberEdit: Sendable {
    /// The name in the dialect.
    package let name: String
    package let newName: String
    package let before: [UInt8]
    package let after: [UInt8]
    package let kind: TarEdit.Kind
    /// Whether another file with the new name is removed.
    package var displaces = false
}

extension [MemberEdit] {
    /// The same changes for the archive that contains `files`.
    package func tarEdits(_ files: any ImageFiles) -> [TarEdit] {
        let displaced = Set(filter(\.displaces).map { files.memberName($0.newName) })
        return displaced.sorted().map { TarEdit(name: $0, newName: $0, content: [], kind: .removal) }
            + map {
                TarEdit(
                    name: files.memberName($0.name), newName: files.memberName($0.newName), content: $0.after,
                    kind: $0.kind)
            }
    }
}

/// A correction of the documents of a source.
package struct MemberCorrection: Sendable {
    /// Documents before and after the correction.
    package var documents: [(before: Document, after: Document)]
    /// Documents that are still referenced unchanged.
    package var kept: Set<Digest>
    /// What the v1 JSON of each image must repeat, by the digest of its old config.
    package var legacyChanges: [Digest: LegacyChange]
    /// The JSON of a v1 image with that, if it states the same member.
    package var legacy: @Sendable ([UInt8], LegacyChange) throws(JSONEditError) -> [UInt8]

    package init(
        documents: [(before: Document, after: Document)], kept: Set<Digest>, legacyChanges: [Digest: LegacyChange],
        legacy: @escaping @Sendable ([UInt8], LegacyChange) throws(JSONEditError) -> [UInt8]
    ) {
        self.documents = documents
        self.kept = kept
        self.legacyChanges = legacyChanges
        self.legacy = legacy
    }
}

/// A change that the v1 JSON of an image must repeat.
package enum LegacyChange: Hashable, Sendable {
    case platform(Platform)
    /// The edit of the config that had this digest.
    case config(Digest)
}
