internal import ByteIO
internal import ImageModel

/// What `docker save` writes, and podman, skopeo, crane, kaniko, jib, rules_oci and nix after it: `manifest.json` is an
/// array of config, names and layers. Such an image has no manifest of its own; one is made here, and only here.
struct DockerArchive: InputDialect {
    let prefixes = ["docker-archive"]
    let name = "docker-save archive"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard let source = try files.file("manifest.json") else { return false }
        let head: [UInt8]
        do throws(IOFailure) { head = try source.head(512) } catch { throw .io(error) }
        return head.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "[")
    }

    func read(_ files: any ImageFiles) throws(SourceError) -> SourceReading {
        guard let bytes = try files.bytes("manifest.json", limit: Limits.topDocument) else {
            throw .missingMember(path: files.path, member: "manifest.json")
        }
        var reading = SourceReading()
        var budget = DocumentBudget()
        for entry in try Self.entries(bytes, path: files.path) {
            let config = try Self.config(entry, files, &budget)
            try Self.image(entry, config: config, files).addTo(&reading.graph)
        }
        return reading
    }

    /// One element of `manifest.json`.
    struct Entry: Sendable {
        var config: String
        var labels: [ImageLabel]
        var layers: [String]
        /// By diffID: layers that stand elsewhere, or whose digest the writer states.
        var sources: [Digest: Descriptor]
    }

    static func entries(_ bytes: [UInt8], path: String) throws(SourceError) -> [Entry] {
        func fail(_ error: DocumentError) -> SourceError {
            .document(path: path, member: "manifest.json", error)
        }
        let root: JSONValue
        do throws(JSONError) { root = try JSONDocument(parsing: bytes).root } catch { throw fail(.notJSON(error)) }
        guard root.kind == .array else { throw fail(.member("", expected: "an array")) }
        var entries: [Entry] = []
        for (number, element) in root.elements.enumerated() {
            guard let config = element["Config"]?.string else {
                throw fail(.member("[\(number)].Config", expected: "a string"))
            }
            guard let layers = strings(element["Layers"]) else {
                throw fail(.member("[\(number)].Layers", expected: "an array of strings"))
            }
            guard let tags = strings(element["RepoTags"]) else {
                throw fail(.member("[\(number)].RepoTags", expected: "an array of strings"))
            }
            var sources: [Digest: Descriptor] = [:]
            for (diffID, value) in element["LayerSources"]?.members ?? [] {
                do throws(DocumentError) {
                    if let digest = try? Digest(parsing: diffID) { sources[digest] = try Descriptor(json: value) }
                } catch { throw fail(error) }
            }
            let labels = tags.map { tag in ImageName(parsing: tag).map(ImageLabel.full) ?? .plain(tag) }
            entries.append(Entry(config: config, labels: labels, layers: layers, sources: sources))
        }
        return entries
    }

    /// Absent and null are both the empty list; nil is anything else that is no list of strings.
    private static func strings(_ value: JSONValue?) -> [String]? {
        guard let value, !value.isNull else { return [] }
        guard value.kind == .array else { return nil }
        let strings = value.elements.compactMap(\.string)
        return strings.count == value.elements.count ? strings : nil
    }

    /// The config is verified against its own name, where that states a digest.
    static func config(
        _ entry: Entry, _ files: any ImageFiles, _ budget: inout DocumentBudget
    ) throws(SourceError) -> Document {
        let member = TarMember.normalized(entry.config)
        guard let bytes = try files.bytes(member, limit: Limits.document) else {
            throw .missingMember(path: files.path, member: member)
        }
        try budget.spend(bytes.count, path: files.path)
        let config = Document(bytes, mediaType: .ociConfig)
        if let stated = statedDigest(member), stated != config.digest {
            throw .documentDigest(path: files.path, member: member, expected: stated, found: config.digest)
        }
        return config
    }

    /// `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`, `<hex>.tar.gz`: the name is the digest of the content.
    static func statedDigest(_ member: String) -> Digest? {
        var name = member.split(separator: "/").last.map(String.init) ?? member
        if name.hasPrefix("sha256:") { name.removeFirst("sha256:".count) }
        return Digest(algorithm: .sha256, hex: String(name.prefix { $0 != "." }))
    }
}
