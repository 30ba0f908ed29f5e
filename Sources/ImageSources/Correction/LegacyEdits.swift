internal import ByteIO
internal import ImageModel

/// The v1 images that docker and podman still write. They repeat the platform of the image. In archives of engine 25 and
/// later nothing refers to them.
extension SelfDescription {
    /// The members of an image that its v1 JSON repeats.
    private struct Origin: Hashable {
        let created: String
        let platform: Platform
    }

    private static let sizeLimit: Int64 = 1 << 20

    func legacyEdits(_ correction: MemberCorrection) throws(SourceError) -> [MemberEdit] {
        let entries = lists.images
        guard !entries.isEmpty else { return [] }
        var legacyChanges: [String: Set<LegacyChange?>] = [:]
        for (entry, config) in entries {
            for layer in entry.layers {
                guard let folder = Self.folder(of: TarMember.normalized(layer)) else { continue }
                legacyChanges[folder + "/json", default: []].insert(correction.legacyChanges[config.digest])
            }
        }
        var origins: [Origin: Set<LegacyChange?>] = [:]
        for (_, config) in entries {
            guard let view = config.config, let created = view.created,
                let platform = view.platform?.normalized
            else { continue }
            origins[Origin(created: created, platform: platform), default: []]
                .insert(correction.legacyChanges[config.digest])
        }
        for name in try candidates() where legacyChanges[name] == nil {
            guard let bytes = try content(name), let origin = Self.origin(of: bytes) else { continue }
            // A blob whose name states another digest is damaged.
            if let stated = DockerArchive.statedDigest(name), stated != Digest(of: bytes) { continue }
            legacyChanges[name] = origins[origin]
        }
        var edits: [MemberEdit] = []
        // A file that was searched above is read again: of many thousand files few change, and their bytes are not kept.
        for (name, wanted) in legacyChanges {
            // A file that images with different changes share stays as it is.
            guard wanted.count == 1, let change = wanted.first ?? nil, let bytes = try content(name) else { continue }
            let after: [UInt8]
            do throws(JSONEditError) { after = try correction.legacy(bytes, change) } catch { throw .edit(error) }
            guard after != bytes else { continue }
            let isBlob = DockerArchive.statedDigest(name) != nil
            let newName = isBlob ? renamed(name, to: Digest(of: after)) : name
            if let edit = try edit(name, newName, before: bytes, after: after, isKept: false) { edits.append(edit) }
        }
        return edits
    }

    /// Each `<v1id>/json` that no list of layers names, and each blob that no document names.
    private func candidates() throws(SourceError) -> [String] {
        let known = Set(graph.documents.keys).union(graph.blobs.keys)
        return try files.names.filter { name in
            let parts = name.split(separator: "/")
            if parts.count == 2, parts[1] == "json" { return Digest(algorithm: .sha256, hex: String(parts[0])) != nil }
            guard form == .layout, let digest = LayoutPath(parsing: name)?.digest, digest.algorithm == .sha256 else {
                return false
            }
            return !known.contains(digest)
        }
    }

    private func content(_ name: String) throws(SourceError) -> [UInt8]? {
        guard let source = try files.file(name), source.size > 1, source.size <= Self.sizeLimit else { return nil }
        do throws(IOFailure) {
            return try source.head(1) == [UInt8(ascii: "{")] ? source.bytes(limit: Self.sizeLimit) : nil
        } catch { throw .io(error) }
    }

    /// `nil` if the bytes are no v1 JSON.
    private static func origin(of bytes: [UInt8]) -> Origin? {
        guard let root = try? JSONDocument(parsing: bytes).root, root["architecture"]?.string != nil,
            Digest(algorithm: .sha256, hex: root["id"]?.string ?? "") != nil, let created = root["created"]?.string,
            let platform = Platform(json: root)
        else { return nil }
        return Origin(created: created, platform: platform.normalized)
    }

    private static func folder(of name: String) -> String? {
        guard let slash = name.lastIndex(of: "/"), !LayoutPath.isBelowBlobs(name) else { return nil }
        return String(name[..<slash])
    }
}
