import ImageModel
import ImageSources

/// The properties of digests, references, names and platforms. Each check returns whether the input is accepted.
enum NameProperties {
    static func digest(_ bytes: [UInt8]) throws -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let digest = try? Digest(parsing: text)
        if let digest {
            try expect(digest.description == text, "the text of a digest is kept")
            try expect(Digest(digest.algorithm, raw: digest.raw) == digest, "the bytes of a digest give it again")
            try expect(LayoutPath(exactly: LayoutPath(digest).description)?.digest == digest, "its path names it")
        }
        if let path = LayoutPath(parsing: text) {
            try expect(LayoutPath(parsing: path.description) == path, "a path is read again")
        }
        if let tag = CosignTag(parsing: text) {
            try expect(tag.description == text, "the text of a tag of cosign is kept")
        }
        if let hex = Digest(hex: text) { try expect(hex.hex == text, "hexadecimal digits are kept") }
        return digest != nil
    }

    static func reference(_ bytes: [UInt8]) throws -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let (reference, name) = (RegistryReference(parsing: text), ImageName(parsing: text))
        if let reference { try check(reference) }
        if let name {
            try expect(ImageName(parsing: name.full) == name, "a full name is read again")
            try expect(ImageName(parsing: name.familiar) == name, "a familiar name is read again")
        }
        let label = ImageLabel(reference: text)
        if !text.isEmpty {
            try expect(ImageLabel(annotations: label.annotations) == label, "annotations give the name again")
        }
        _ = ReferenceFlaw.found(in: text)
        try mirror(text)
        try rename(text)
        return reference != nil && name != nil
    }

    private static func check(_ reference: RegistryReference) throws {
        let again = RegistryReference(parsing: reference.description)
        try expect(again?.description == reference.description, "a reference is read again")
        try expect(again?.repository == reference.repository, "its repository stays")
        try expect(again?.target == reference.target, "its target stays")
        let source = RegistryReference.scheme + reference.description
        guard let found = try? SourceReference(parsing: source) else { return }
        try expect(found.registry?.target == reference.target, "a source names the same image")
        try expect(try SourceReference(parsing: found.text).place == found.place, "the text of a source is read again")
    }

    private static func mirror(_ text: String) throws {
        guard let mirror = Mirror(parsing: text),
            let image = RegistryReference(parsing: "\(mirror.host)/fuzz/image:1"), let place = mirror.place(of: image)
        else { return }
        try expect(place.repository.path.hasSuffix("fuzz/image"), "a mirror keeps the path")
        try expect(RegistryReference(parsing: place.description) == place, "a place at a mirror is a reference")
    }

    private static func rename(_ text: String) throws {
        guard let rule = Renaming(parsing: text),
            let (label, _) = try? Renamings([rule]).renamed(ImageLabel(reference: "docker.io/library/app:1.0"))
        else { return }
        try expect(ImageLabel(reference: label.description) == label || label.isPinned, "a new name is a name")
    }

    static func platform(_ bytes: [UInt8]) throws -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let platform = try? Platform(parsing: text)
        if let platform {
            try expect(try Platform(parsing: platform.description) == platform, "a platform is read again")
            try expect(platform.normalized.normalized == platform.normalized, "a normal form is normal")
            try expect(platform.matches(platform), "a platform fulfils its own request")
            try checkJSON(platform)
        }
        if let document = try? JSONDocument(parsing: bytes), let described = Platform(json: document.root) {
            try checkJSON(described)
            try expect(described.matches(described), "a platform of a document fulfils its own request")
        }
        return platform != nil
    }

    private static func checkJSON(_ platform: Platform) throws {
        let json = try JSONDocument(parsing: platform.json.bytes)
        try expect(Platform(json: json.root) == platform, "the JSON of a platform gives it again")
    }
}
