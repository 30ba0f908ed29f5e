internal import ImageModel

/// The commands `login` and `logout`.
enum LoginRows {
    private static let host = Positional(name: "HOST", kind: .free, minimum: 0, maximum: 1)

    static let login = Command(
        name: "login",
        summary: "store the password of a registry",
        usage: ["ocimerge login [HOST] [OPTION]..."],
        details: [
            """
            HOST is the registry with its port, if any (default: docker.io). Login asks for a missing user name or \
            password on the terminal. The registry checks the password first; if it is wrong, nothing is written.
            """,
            """
            The file is that of --authfile, else $REGISTRY_AUTH_FILE, else a file of podman that lists the registry. \
            Otherwise it is config.json in $DOCKER_CONFIG or ~/.docker. Docker and podman read the same files. If \
            credHelpers or credsStore in the file names a helper, the helper stores the password. A helper that \
            gives no answer for 30 seconds is ended. Otherwise the file holds the password unencrypted, readable \
            only by its owner. Every other byte of the file stays.
            """,
        ],
        positionals: [host],
        flags: RegistryFlags.all + [
            Flag("dry-run", group: .run, help: "Check the password with the registry; write nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the name of the registry."),
            .json,
        ],
        exclusive: [["quiet", "json"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(
                line: "ocimerge login registry.example", what: "Ask for user name and password, and store them."),
            CommandExample(
                line: "ocimerge login registry.example -u robot --password-stdin < token",
                what: "Store the password that a file holds."),
        ])

    static let logout = Command(
        name: "logout",
        summary: "remove the password of a registry",
        usage: ["ocimerge logout [HOST] [OPTION]..."],
        details: [
            """
            Remove the password for HOST (default: docker.io) from every file of docker and podman and from their \
            helpers, and list these. With --authfile only that file changes. Passwords of podman for a part of a \
            registry stay. If no password is stored, the report says so.
            """
        ],
        positionals: [host],
        flags: [
            Flag(
                "authfile", value: .required("FILE", .path), group: .registry,
                help: "Remove the password from FILE only (default: from every file and helper)."),
            Flag("dry-run", group: .run, help: "Show where the password would be removed; remove nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the name of the registry."),
            .json,
        ],
        exclusive: [["quiet", "json"]],
        examples: [CommandExample(line: "ocimerge logout registry.example", what: "Remove the password everywhere.")])
}

/// The arguments of `login`.
struct LoginRequest: Sendable, Equatable {
    /// As typed.
    let host: String
    let registry: ConnectionOptions
    let run: RunOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        host = parsed.positionals.first ?? ImageName.defaultDomain
        registry = try ConnectionOptions(parsed)
        run = try RunOptions(parsed)
    }
}

/// The arguments of `logout`.
struct LogoutRequest: Sendable, Equatable {
    /// As typed.
    let host: String
    /// `nil` for every file of docker and podman.
    let file: String?
    let run: RunOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        host = parsed.positionals.first ?? ImageName.defaultDomain
        file = parsed.value("authfile")
        run = try RunOptions(parsed)
    }
}
