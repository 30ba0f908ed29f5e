/// The machine that a program file was built for, by its header.
package struct Machine: Hashable, Sendable {
    /// `nil` if the header does not state it, as in most ELF files.
    package let os: String?
    /// In Go's spelling.
    package let architecture: String
    /// The lowest version of arm that the file needs; `nil` if it states none.
    package let variant: String?
    /// The level of x86-64 that the file needs, 1 to 4; `nil` if it states none.
    package let level: Int?

    package init(os: String? = nil, architecture: String, variant: String? = nil, level: Int? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
        self.level = level
    }
}

extension Machine {
    /// The architectures that also run programs of others.
    private static let guests: [String: String] = [
        "386": "amd64", "arm": "arm64", "s390": "s390x", "ppc": "ppc64", "mips": "mips64", "mipsle": "mips64le",
        "mips64p32": "mips64", "mips64p32le": "mips64le", "sparc": "sparc64",
    ]

    /// Whether an image for `architecture` may contain programs like this one.
    package var runsElsewhere: Bool { Self.guests[architecture] != nil }

    package func runs(on architecture: String) -> Bool {
        self.architecture == architecture || Self.guests[self.architecture] == architecture
    }

    /// The usual name: `amd64`, `arm/v7`.
    package var name: String {
        [os == "linux" ? nil : os, architecture, variant].compactMap(\.self).joined(separator: "/")
    }
}
