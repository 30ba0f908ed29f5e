/// How registries shall be spoken to, as it was typed.
struct RegistryChoice: Sendable, Equatable {
    let user: String?
    let takesPassword: Bool
    /// Paths.
    let authorities: [String]
    let certificate: String?
    let key: String?
    let isPlain: Bool
    let isInsecure: Bool

    init(_ parsed: ParsedArguments) throws(UsageError) {
        user = parsed.value("username")
        takesPassword = parsed.has("password-stdin")
        authorities = parsed.values("ca")
        certificate = parsed.value("cert")
        key = parsed.value("key")
        isPlain = parsed.has("plain-http")
        isInsecure = parsed.has("insecure")
        if takesPassword, user == nil { throw .dependentOption("--password-stdin", needs: "--username USER") }
        if user != nil, !takesPassword { throw .dependentOption("--username", needs: "--password-stdin") }
        if key != nil, certificate == nil { throw .dependentOption("--key", needs: "--cert FILE") }
    }
}
