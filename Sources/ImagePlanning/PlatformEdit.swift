internal import ImageModel

/// The members by which a config or a descriptor says its platform.
enum PlatformEdit {
    /// A version or features of the operating system survive only while the system stays the same.
    static func changes(to platform: Platform, from current: Platform?, at path: [JSONStep]) -> [JSONChange] {
        let sameSystem = current?.os == platform.os
        let version = platform.osVersion ?? (sameSystem ? current?.osVersion : nil)
        let features = platform.osFeatures.isEmpty && sameSystem ? current?.osFeatures ?? [] : platform.osFeatures
        let members: [(String, JSONText?)] = [
            ("architecture", .string(platform.architecture)),
            ("os", .string(platform.os)),
            ("os.version", version.map(JSONText.string)),
            ("os.features", features.isEmpty ? nil : .array(features.map(JSONText.string))),
            ("variant", platform.variant.map(JSONText.string)),
        ]
        return members.map { JSONChange(path + [.key($0.0)], to: $0.1) }
    }

    /// Nothing to do when the metadata says the same already, if only in other words.
    static func isNeeded(to platform: Platform, from current: Platform?) -> Bool {
        guard let current else { return true }
        if let version = platform.osVersion, version != current.osVersion { return true }
        if let variant = platform.variant, variant != current.variant { return true }
        return (platform.os, platform.architecture) != (current.os, current.architecture)
            || platform.normalized.variant != current.normalized.variant
    }
}
