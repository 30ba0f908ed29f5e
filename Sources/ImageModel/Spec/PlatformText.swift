/// Platforms as users type them: `os/arch[/variant][:os.version]`, or one word for an architecture of Linux.
extension Platform {
    /// Case and aliases are folded as in containerd's `platforms.Parse`. Unknown names are accepted. The variant stays as
    /// typed: `linux/arm64/v8` keeps its `v8`, `linux/arm` gets none. Compare the `normalized` form.
    ///
    /// A single word must be an architecture. containerd also accepts a system and adds the architecture of its machine.
    /// In a tool that writes metadata that would be a guess, so it is refused.
    package init(parsing text: String) throws(PlatformError) {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3, (parts + halves.dropFirst()).allSatisfy(Self.isWord) else {
            throw PlatformError(text: text)
        }
        self.init(
            naming: parts.count == 1 ? "linux" : parts[0], parts.count == 1 ? parts[0] : parts[1],
            variant: parts.count == 3 ? parts[2] : nil, osVersion: halves.count == 2 ? halves[1] : nil)
        if parts.count == 1, !KnownPlatforms.allArchitectures.contains(self.architecture) {
            throw PlatformError(text: text)
        }
    }

    /// The platform of words that are given one by one. `isWord` holds for each of them.
    package init(
        naming os: String, _ architecture: String, variant: String? = nil, osVersion: String? = nil,
        osFeatures: [String] = []
    ) {
        let typed = variant?.lowercased()
        self = Platform(os: os, architecture: architecture, variant: typed).normalized
        switch (self.architecture, typed) {
        case ("arm", nil) where architecture.lowercased() == "arm": self.variant = nil
        case ("arm64", "8"), ("arm64", "v8"): self.variant = "v8"
        default: break
        }
        self.osVersion = osVersion
        self.osFeatures = osFeatures
    }

    /// Whether the text has none of the separators of a platform.
    package static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// A text that names no platform.
package struct PlatformError: Error, Equatable, Sendable {
    package let text: String

    package init(text: String) {
        self.text = text
    }
}
