package import ImageModel

/// The members by which a config or a descriptor says its platform.
enum PlatformEdit {
    static func changes(to platform: Platform, from current: Platform?, at path: [JSONStep]) -> [JSONChange] {
        let new = merged(platform, with: current)
        let members: [(String, JSONText?)] = [
            ("architecture", .string(new.architecture)),
            ("os", .string(new.os)),
            ("os.version", new.osVersion.map(JSONText.string)),
            ("os.features", new.osFeatures.isEmpty ? nil : .array(new.osFeatures.map(JSONText.string))),
            ("variant", new.variant.map(JSONText.string)),
        ]
        return members.map { JSONChange(path + [.key($0.0)], to: $0.1) }
    }

    /// A version or features of the operating system survive only while the system stays the same.
    private static func merged(_ platform: Platform, with current: Platform?) -> Platform {
        guard let current, current.os == platform.os else { return platform }
        var new = platform
        new.osVersion = platform.osVersion ?? current.osVersion
        if new.osFeatures.isEmpty { new.osFeatures = current.osFeatures }
        return new
    }

    /// Nothing to do when the metadata says the same already, if only in other words.
    static func isNeeded(to platform: Platform, from current: Platform?) -> Bool {
        guard let current else { return true }
        if let version = platform.osVersion, version != current.osVersion { return true }
        if !platform.osFeatures.isEmpty, platform.osFeatures != current.osFeatures { return true }
        if let variant = platform.variant, variant != current.variant { return true }
        return (platform.os, platform.architecture) != (current.os, current.architecture)
            || platform.normalized.variant != current.normalized.variant
    }

    /// What is said after an edit, which is what was said before where none was needed.
    static func result(of platform: Platform?, on current: Platform?) -> Platform? {
        guard let platform, isNeeded(to: platform, from: current) else { return current }
        return merged(platform, with: current)
    }
}

extension ImageGraph {
    /// The only image of this graph, declared to be `platform` whatever its metadata says.
    package func retargeted(to platform: Platform, source: String) throws -> ImageGraph {
        let images = try ImageFinder(self).all().images
        guard let image = images.first, images.count == 1 else {
            throw MergeConflict.declaredForSeveral(source: source, platforms: images.compactMap(\.platform).sorted())
        }
        guard let manifest = try manifest(image.manifest), documents[manifest.config.digest] != nil else {
            throw MergeConflict.missing(source: source, digest: image.manifest, what: .config)
        }
        return try corrected([image.manifest: platform]).graph
    }
}
