package import ImageModel

/// The JSON of a v1 image, which docker and podman still write. It may say the whole platform, or the system alone.
package enum LegacyImage {
    /// The same bytes where it says no platform, or that one already.
    package static func corrected(_ bytes: [UInt8], to platform: Platform) throws -> [UInt8] {
        let root = try JSONDocument(parsing: bytes).root
        if root["architecture"]?.string != nil {
            let current = Platform(json: root)
            guard PlatformEdit.isNeeded(to: platform, from: current) else { return bytes }
            return try JSONEdit.applying(PlatformEdit.changes(to: platform, from: current, at: []), to: bytes)
        }
        guard let system = root["os"]?.string, system != platform.os else { return bytes }
        return try JSONEdit.applying([JSONChange([.key("os")], to: .string(platform.os))], to: bytes)
    }
}
