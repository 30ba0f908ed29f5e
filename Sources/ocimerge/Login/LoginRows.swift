internal import ImageModel

/// The commands `login` and `logout`.
enum LoginRows {
    private static let host = Positional(name: "HOST", kind: .free, minimum: 0, maximum: 1)

    static let login = Command(
        name: "login",
        summary: "keep the password of a registry",
        usage: ["ocimerge login [HOST] [OPTION]..."],
        details: [
            """
            HOST is the registry with its port, if any, as images name it; docker.io unless given. What is not given is \
            asked for on the terminal. The registry is asked first whether the password is right; when it is not, \
            nothing is written.
            """,
            """
            It is kept where docker looks for it, and podman too: in --authfile, else $REGISTRY_AUTH_FILE, else in a file of podman's that knows the registry already, else config.json \
            in $DOCKER_CONFIG or ~/.docker; by the helper that credHelpers or credsStore names there, else unencrypted in \
            that file, which only its owner can read. Every other byte of it stays.
            """,
        ],
        positionals: [host],
        flags: RegistryFlags.all + [
            Flag("dry-run", group: .run, help: "Ask the registry, and write nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the name of the registry."),
            Flag("json", group: .report, help: "Print the result as JSON."),
        ],
        exclusive: [["quiet", "json"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(
                line: "ocimerge login registry.example", what: "Ask for a name and a password and keep them."),
            CommandExample(
                line: "ocimerge login registry.example -u robot --password-stdin < token",
                what: "Keep the password that a file holds."),
        ])

    static let logout = Command(
        name: "logout",
        summary: "forget the password of a registry",
        usage: ["ocimerge logout [HOST] [OPTION]..."],
        details: [
            """
            Removes what is kept for HOST (docker.io unless given) from every file of docker and podman that holds it, \
            and from their helpers, and says which these were; with --authfile from that file alone. Passwords for a \
            part of a registry, which podman knows, stay. Whoever is not logged in is told so.
            """
        ],
        positionals: [host],
        flags: [
            Flag(
                "authfile", value: .required("FILE", .path), group: .registry,
                help: "Remove it from FILE and nowhere else."),
            Flag("dry-run", group: .run, help: "Say where it would be removed and remove nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the name of the registry."),
            Flag("json", group: .report, help: "Print the result as JSON."),
        ],
        exclusive: [["quiet", "json"]],
        examples: [CommandExample(line: "ocimerge logout registry.example", what: "Forget it everywhere.")])
}

/// The arguments of `login`.
struct LoginRequest: Sendable, Equatable {
    /// As typed.
    let host: String
    let registry: RegistryChoice
    let run: RunOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        host = parsed.positionals.first ?? ImageName.defaultDomain
        registry = try RegistryChoice(parsed, asks: true)
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
