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
