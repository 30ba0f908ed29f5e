internal import ImageModel

/// Changes to the members in which a config or a descriptor declares its platform. Configs and descriptors get the
/// normalised platform alike: `arm64/v8` is `arm64`, `arm` is `arm/v7`.
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
        var new = platform.normalized
        guard let current, current.os == platform.os else { return new }
        new.osVersion = platform.osVersion ?? current.osVersion
        if new.osFeatures.isEmpty { new.osFeatures = current.osFeatures }
        return new
    }

    /// Whether the metadata declares another platform. Another spelling of the same platform stays.
    static func isNeeded(to platform: Platform, from current: Platform?) -> Bool {
        guard let current else { return true }
        if let version = platform.osVersion, version != current.osVersion { return true }
        if !platform.osFeatures.isEmpty, platform.osFeatures != current.osFeatures { return true }
        if let variant = platform.normalized.variant, variant != current.variant { return true }
        return (platform.os, platform.architecture) != (current.os, current.architecture)
            || platform.normalized.variant != current.normalized.variant
    }

    /// The platform after an edit; the current one if no edit is needed.
    static func result(of platform: Platform?, on current: Platform?) -> Platform? {
        guard let platform, isNeeded(to: platform, from: current) else { return current }
        return merged(platform, with: current)
    }
}
