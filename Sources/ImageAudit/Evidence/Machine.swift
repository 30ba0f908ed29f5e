/// What a program file was built for, by its own header.
package struct Machine: Hashable, Sendable {
    /// nil where the header leaves it open, as most ELF files do.
    package let os: String?
    /// As Go names it.
    package let architecture: String
    /// The least version of arm that the file needs; nil where it does not say.
    package let variant: String?
    /// The level of x86-64 that the file needs, 1 to 4; nil where it does not say.
    package let level: Int?

    package init(os: String? = nil, architecture: String, variant: String? = nil, level: Int? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
        self.level = level
    }
}

extension Machine {
    /// Which architectures run the programs of which others, besides their own.
    private static let guests: [String: String] = [
        "386": "amd64", "arm": "arm64", "s390": "s390x", "ppc": "ppc64", "mips": "mips64", "mipsle": "mips64le",
        "mips64p32": "mips64", "mips64p32le": "mips64le", "sparc": "sparc64",
    ]

    /// Programs like it may stand in an image for another architecture by right.
    package var runsElsewhere: Bool { Self.guests[architecture] != nil }

    package func runs(on architecture: String) -> Bool {
        self.architecture == architecture || Self.guests[self.architecture] == architecture
    }

    /// As people know it: `amd64`, `arm/v7`.
    package var name: String {
        [os == "linux" ? nil : os, architecture, variant].compactMap(\.self).joined(separator: "/")
    }
}
