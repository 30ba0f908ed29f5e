internal import ImageSources

/// How registries shall be spoken to, as it was typed.
struct RegistryChoice: Sendable, Equatable {
    let user: String?
    let takesPassword: Bool
    /// The only file of credentials.
    let file: String?
    /// Paths.
    let authorities: [String]
    let certificate: String?
    let key: String?
    let isPlain: Bool
    let isInsecure: Bool

    /// `asks`: what is missing is asked for at the terminal.
    init(_ parsed: ParsedArguments, asks: Bool = false) throws(UsageError) {
        user = parsed.value("username")
        takesPassword = parsed.has("password-stdin")
        file = parsed.value("authfile")
        authorities = parsed.values("ca")
        certificate = parsed.value("cert")
        key = parsed.value("key")
        isPlain = parsed.has("plain-http")
        isInsecure = parsed.has("insecure")
        if takesPassword, user == nil { throw .dependentOption("--password-stdin", needs: "--username USER") }
        if user != nil, !takesPassword, !asks { throw .dependentOption("--username", needs: "--password-stdin") }
        if takesPassword, let other = Self.otherReader(parsed) { throw .exclusiveOptions("--password-stdin", other) }
        if key != nil, certificate == nil { throw .dependentOption("--key", needs: "--cert FILE") }
    }

    /// Who wants standard input too, by whatever name of a source (`oci-archive:-`).
    private static func otherReader(_ parsed: ParsedArguments) -> String? {
        let sources = parsed.positionals + parsed.values("since")
        return parsed.values("spec").first { $0 == "-" }
            ?? sources.first { (try? SourceReference(parsing: $0))?.place == .standardInput }
    }
}
