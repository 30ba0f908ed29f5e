internal import ImageSources
internal import Registry

/// The flags for connections to registries, in every command that reads or writes images.
enum RegistryFlags {
    static let all: [Flag] = [
        Flag(
            "username", short: "u", value: .required("USER", .free), group: .registry,
            help: "Log in as USER; ignore stored credentials (default: use them)."),
        Flag("password-stdin", group: .registry, help: "Read the password of USER from standard input."),
        Flag(
            "authfile", value: .required("FILE", .path), group: .registry,
            help: "Use only FILE for credentials (default: docker's config.json, podman's auth.json)."),
        Flag(
            "ca", value: .required("FILE", .path), repeatable: true, group: .registry,
            help: "Also trust the certificates in FILE, PEM (repeatable; default: system and certs.d)."),
        Flag(
            "cert", value: .required("FILE", .path), group: .registry,
            help: "Send the client certificate in FILE, PEM, to the registry (default: one in certs.d)."),
        Flag(
            "key", value: .required("FILE", .path), group: .registry,
            help: "Read the private key of --cert from FILE (default: the file of --cert)."),
        Flag("plain-http", group: .registry, help: "Connect to registries without TLS."),
        Flag(
            "insecure", group: .registry,
            help: "Accept any certificate, and use plain HTTP if a registry has no TLS."),
        .verbose,
    ]

    /// For commands that upload.
    static let chunkSize = Flag(
        "chunk-size", value: .required("SIZE", .free), group: .registry,
        help: """
            Upload layers in chunks of SIZE (32M, 100MB), for a registry or proxy that limits the size of requests \
            (default: whole layers, unless the registry asks for chunks).
            """)

    static let exclusive: [[String]] = [["plain-http", "insecure"], ["plain-http", "ca"], ["plain-http", "cert"]]
}

/// The options for connections to registries, as typed.
struct ConnectionOptions: Sendable, Equatable {
    let user: String?
    let takesPassword: Bool
    /// The only file with credentials; `nil` for the usual ones.
    let file: String?
    /// Paths.
    let authorities: [String]
    let certificate: String?
    let key: String?
    let isPlain: Bool
    let isInsecure: Bool
    /// Whether requests and decisions are printed.
    let isVerbose: Bool

    init(_ parsed: ParsedArguments) throws(UsageError) {
        user = parsed.value("username")
        takesPassword = parsed.has("password-stdin")
        file = parsed.value("authfile")
        authorities = parsed.values("ca")
        certificate = parsed.value("cert")
        key = parsed.value("key")
        isPlain = parsed.has("plain-http")
        isInsecure = parsed.has("insecure")
        isVerbose = parsed.has(Flag.verbose.long)
        if takesPassword, user == nil { throw .dependentOption("--password-stdin", needs: "--username USER") }
        if takesPassword, let other = Self.otherReader(parsed) { throw .exclusiveOptions("--password-stdin", other) }
        if key != nil, certificate == nil { throw .dependentOption("--key", needs: "--cert FILE") }
    }

    /// `nil` if nothing is traced.
    var trace: (any RegistryTrace)? { isVerbose ? PrintedTrace() : nil }

    /// Another argument that reads standard input, such as `-` or `oci-archive:-`; `nil` if there is none.
    private static func otherReader(_ parsed: ParsedArguments) -> String? {
        let sources = parsed.positionals + parsed.values("since") + parsed.values("against")
        return ["spec", "list", "rewrite"].flatMap(parsed.values).first { $0 == "-" }
            ?? sources.first { (try? SourceReference(parsing: $0))?.place == .standardInput }
    }
}
