internal import ByteIO
internal import ImageModel

/// The archive of `docker save`, podman, skopeo, crane, kaniko, jib, rules_oci and nix: `manifest.json` is an array of
/// config, names and layers. Such an image has no manifest of its own; it is made here.
struct DockerArchive: InputDialect {
    let prefixes = ["docker-archive"]
    let name = "docker-save archive"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard let source = try files.file("manifest.json") else { return false }
        do throws(IOFailure) { return try source.firstJSONByte() == UInt8(ascii: "[") } catch { throw .io(error) }
    }

    func read(_ files: any ImageFiles, _ defects: DefectLog, keepsLists: Bool) throws(SourceError) -> SourceReading {
        guard var list = try DockerList(in: files, defects) else {
            throw .missingMember(path: files.path, member: DockerList.name)
        }
        var reading = SourceReading()
        if keepsLists { reading.lists.docker = list.bytes }
        var configs = DockerConfigs()
        let layers = HashedLayers()
        // Only a layer that is elsewhere has a media type that was not derived from its bytes.
        reading.hasDerivedTypes = list.entries.allSatisfy(\.sources.isEmpty)
        while let entry = list.next() {
            _ = try defects.tolerating(at: entry.place) { () throws(SourceError) in
                guard let config = try configs.config(of: entry, in: files, defects) else { return }
                if keepsLists { reading.lists.images.append((entry, config)) }
                try Self.image(entry, config: config, files, defects, layers).addTo(&reading)
            }
        }
        return reading
    }

    /// One element of `manifest.json`.
    struct Entry: Sendable {
        var place: DescriptorPath
        var config: String
        var labels: [ImageLabel]
        var layers: [String]
        /// By diffID: layers that are elsewhere, or whose digest the writer states.
        var sources: [Digest: Descriptor]
    }

    fileprivate static func entry(
        _ element: JSONValue, _ number: Int, _ place: DescriptorPath
    ) throws(DocumentError) -> Entry {
        guard let named = try member("Config", of: element) else { throw .absentMember("[\(number)].Config") }
        guard let config = named.string else { throw .member("[\(number)].Config", expected: "a string") }
        guard let layers = strings(try member("Layers", of: element)) else {
            throw .member("[\(number)].Layers", expected: "an array of strings")
        }
        guard let tags = strings(try member("RepoTags", of: element)) else {
            throw .member("[\(number)].RepoTags", expected: "an array of strings")
        }
        var sources: [Digest: Descriptor] = [:]
        for (diffID, value) in try member("LayerSources", of: element)?.members ?? [] {
            if let digest = try? Digest(parsing: diffID) { sources[digest] = try Descriptor(json: value) }
        }
        let labels = tags.map { tag in ImageName(parsing: tag).map(ImageLabel.full) ?? .plain(tag) }
        return Entry(place: place, config: config, labels: labels, layers: layers, sources: sources)
    }

    /// Jib wrote `config`, `repoTags` and `layers` before 2020. Go's readers ignore case. `nil` if there is no such member.
    private static func member(_ name: String, of element: JSONValue) throws(DocumentError) -> JSONValue? {
        let found = element.members.filter { $0.key.lowercased() == name.lowercased() }
        if found.count > 1 { throw .ambiguous }
        return found.first?.value
    }

    /// Absent and null are the empty list; `nil` if the value is no list of strings.
    private static func strings(_ value: JSONValue?) -> [String]? {
        guard let value, !value.isNull else { return [] }
        guard value.kind == .array else { return nil }
        let strings = value.elements.compactMap(\.string)
        return strings.count == value.elements.count ? strings : nil
    }

    private static let slash = UInt8(ascii: "/")

    /// `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`, `<hex>.tar.gz`: the name is the digest of the content.
    static func statedDigest(_ member: String) -> Digest? {
        var name = member.utf8[...]
        while name.last == slash { name = name.dropLast() }
        if let end = name.lastIndex(of: slash) { name = name[name.index(after: end)...] }
        if name.starts(with: "sha256:".utf8) { name = name.dropFirst("sha256:".utf8.count) }
        return Digest(algorithm: .sha256, hex: Substring(name.prefix { $0 != UInt8(ascii: ".") }))
    }
}

/// Docker's list of images.
struct DockerList {
    static let name = "manifest.json"

    let bytes: [UInt8]
    /// The first entry is the last element.
    private(set) var entries: [DockerArchive.Entry] = []

    /// `nil` if there is no such list.
    init?(in files: any ImageFiles, _ defects: DefectLog) throws(SourceError) {
        guard let bytes = try files.bytes(Self.name, limit: Limits.topDocument) else { return nil }
        self.bytes = bytes
        func fail(_ error: DocumentError) -> SourceError { .document(path: files.path, member: Self.name, error) }
        let elements = try defects.tolerating(at: DescriptorPath(Self.name)) { () throws(SourceError) in
            let root: JSONValue
            do throws(JSONError) { root = try JSONDocument(parsing: bytes).root } catch { throw fail(.notJSON(error)) }
            guard root.kind == .array else { throw fail(.member("", expected: "an array")) }
            return root.elements
        }
        for (number, element) in (elements ?? []).enumerated() {
            let place = DescriptorPath(Self.name, number)
            let entry = try defects.tolerating(at: place) { () throws(SourceError) in
                do throws(DocumentError) { return try DockerArchive.entry(element, number, place) } catch {
                    throw fail(error)
                }
            }
            if let entry { entries.append(entry) }
        }
        entries.reverse()
    }

    /// The next entry, which the list keeps no longer: together the entries have a name for every layer of every image.
    mutating func next() -> DockerArchive.Entry? { entries.popLast() }
}

/// The configs that docker's list names, each read once. If the name of a config states a digest, the content is compared
/// with it.
struct DockerConfigs {
    private var budget = DocumentBudget()
    private var known: [String: Document] = [:]

    /// `nil` in a survey if the config is damaged; the defect is noted. `documents` are those of a layout that were read
    /// from the same files.
    mutating func config(
        of entry: DockerArchive.Entry, in files: any ImageFiles, _ defects: DefectLog,
        besides documents: [Digest: Document] = [:]
    ) throws(SourceError) -> Document? {
        let member = TarMember.normalized(entry.config)
        if let document = known[member] { return document }
        if let digest = LayoutPath(exactly: member)?.digest, digest.algorithm == .sha256,
            let document = documents[digest], document.digest == digest, document.config != nil
        {
            let config = document.asConfig(.ociConfig)
            known[member] = config
            return config
        }
        guard let bytes = try files.bytes(member, limit: Limits.document) else {
            throw .missingMember(path: files.path, member: member)
        }
        let content = DigestedBytes(bytes)
        if let stated = DockerArchive.statedDigest(member), stated != content.digest {
            // docker accepts such a config. But only its name shows a damaged byte, so it is refused.
            try defects.note(
                .documentDigest(path: files.path, member: member, expected: stated, found: content.digest),
                of: content.digest, at: entry.place.to("Config"), hides: false)
        }
        let document: Document
        do throws(DocumentError) { document = try Document(content, mediaType: .ociConfig) } catch {
            try defects.note(
                .document(path: files.path, member: entry.config, error), of: content.digest, at: entry.place)
            return nil
        }
        try budget.spend(document, path: files.path)
        known[member] = document
        return document
    }
}
