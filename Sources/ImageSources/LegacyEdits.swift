internal import ByteIO
internal import ImageModel

/// The v1 images that docker and podman still write beside or instead of what is read today: they repeat the platform of
/// the image, and in archives of engine 25 and later nobody refers to them.
extension SelfDescription {
    private struct Image {
        let config: Digest
        let created: String?
        let platform: Platform?
    }

    private static let sizeLimit: Int64 = 1 << 20

    func legacyEdits(_ correction: MemberCorrection) throws -> [MemberEdit] {
        let entries = try dockerEntries()
        guard !entries.isEmpty else { return [] }
        var wishes: [String: [Platform?]] = [:]
        for (entry, config) in entries {
            for layer in entry.layers {
                guard let folder = Self.folder(of: TarMember.normalized(layer)) else { continue }
                wishes[folder + "/json", default: []].append(correction.platforms[config.digest])
            }
        }
        let images = entries.compactMap { entry, config -> Image? in
            guard let view = try? ConfigView(bytes: config.bytes) else { return nil }
            return Image(config: config.digest, created: view.created, platform: view.platform)
        }
        for name in try candidates() where wishes[name] == nil {
            guard let bytes = try content(name), let owners = owners(of: bytes, among: images) else { continue }
            wishes[name] = owners.map { correction.platforms[$0.config] }
        }
        var edits: [MemberEdit] = []
        for (name, wanted) in wishes {
            // What images share that say different things is right for none of them or for all.
            guard let platform = wanted.first ?? nil, wanted.allSatisfy({ $0 == platform }),
                let bytes = try content(name)
            else { continue }
            let after = try correction.legacy(bytes, platform)
            guard after != bytes else { continue }
            let isBlob = DockerArchive.statedDigest(name) != nil
            let newName = isBlob ? renamed(name, to: Digest(of: after)) : name
            edits.append(
                MemberEdit(name: name, newName: newName, before: bytes, after: after, kind: .replacement))
        }
        return edits
    }

    /// `<v1id>/json` that no list of layers leads to, and blobs that no document leads to.
    private func candidates() throws -> [String] {
        let known = Set(graph.documents.keys).union(graph.blobs.keys)
        return try files.names.filter { name in
            let parts = name.split(separator: "/")
            if parts.count == 2, parts[1] == "json" { return Digest(algorithm: .sha256, hex: String(parts[0])) != nil }
            guard form == .layout, parts.count == 3, name.hasPrefix("blobs/sha256/"),
                let digest = Digest(algorithm: .sha256, hex: String(parts[2]))
            else { return false }
            return !known.contains(digest)
        }
    }

    private func content(_ name: String) throws -> [UInt8]? {
        guard let source = try files.file(name), source.size > 1, source.size <= Self.sizeLimit,
            try source.head(1) == [UInt8(ascii: "{")]
        else { return nil }
        return try source.bytes(limit: Self.sizeLimit)
    }

    /// The images that a v1 JSON repeats: made at the same moment for the same platform. nil: it is no such JSON.
    private func owners(of bytes: [UInt8], among images: [Image]) -> [Image]? {
        guard let root = try? JSONDocument(parsing: bytes).root, root["architecture"]?.string != nil,
            Digest(algorithm: .sha256, hex: root["id"]?.string ?? "") != nil, let created = root["created"]?.string,
            let platform = Platform(json: root)
        else { return nil }
        return images.filter { $0.created == created && $0.platform?.normalized == platform.normalized }
    }

    private static func folder(of name: String) -> String? {
        guard let slash = name.lastIndex(of: "/"), !name.hasPrefix("blobs/") else { return nil }
        return String(name[..<slash])
    }
}
