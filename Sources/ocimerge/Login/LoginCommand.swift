internal import ByteIO
internal import ImageModel
internal import Registry

/// The command `login`: checks a password with the registry and stores it.
enum LoginCommand {
    static func run(_ request: LoginRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        let host = try CommandError.checked { () throws(RegistryHostError) in try RegistryHost(request.host) }
        let places = RegistryOpening.places(only: request.registry.file)
        let store = CredentialStore(places)
        // Before the prompts, so that a broken credential file is reported first.
        var (location, overriding) = try CommandError.checked { () throws(CredentialError) in
            (try store.location(for: host.name), try store.overridingVariable(for: host.name))
        }
        let (user, password) = try CommandError.checked { () throws(CredentialError) in
            try credential(request, host)
        }
        let chain = CredentialChain(
            places, stated: (host.name, .basic(user: user, password: password)), trace: request.registry.trace)
        let registries = RegistryOpening.access(request.registry, chain)
        try CommandError.checked { () throws(RegistryError) in try registries.check(host.name) }
        if !request.run.dryRun {
            location = try CommandError.checked { () throws(CredentialError) in
                try store.store(user: user, password: password, for: host.name)
            }
        }
        if case .file(let path) = location { console.warn(CredentialMessage.unencrypted(path, request.run.dryRun)) }
        if let overriding { console.warn(CredentialMessage.unheard(overriding, host.name)) }
        let report = LoginReport(host: host.name, user: user, location: location, isDryRun: request.run.dryRun)
        try console.finish(report, request.run)
    }

    private static func credential(
        _ request: LoginRequest, _ host: RegistryHost
    ) throws(CredentialError) -> (user: String, password: String) {
        let user: String
        if let typed = request.registry.user {
            user = try PasswordInput.checked(user: typed)
        } else {
            user = try PasswordInput.askedUser(of: host.name)
        }
        let password =
            request.registry.takesPassword
            ? try PasswordInput.standardInput(of: user) : try PasswordInput.asked(of: user)
        return (user, password)
    }
}

/// The command `logout`: removes the stored credentials of a registry.
enum LogoutCommand {
    static func run(_ request: LogoutRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        let host = try CommandError.checked { () throws(RegistryHostError) in try RegistryHost(request.host) }
        let store = CredentialStore(RegistryOpening.places(only: request.file))
        let locations = try CommandError.checked { () throws(CredentialError) in
            try store.remove(host.name, isDryRun: request.run.dryRun)
        }
        let report = LogoutReport(host: host.name, locations: locations, isDryRun: request.run.dryRun)
        try console.finish(report, request.run)
    }
}

/// The name of a registry, such as `registry.example:5000`. A URL is reduced to its host, as in docker.
struct RegistryHost {
    let name: String

    init(_ text: String) throws(RegistryHostError) {
        guard let name = RegistryKey.host(of: text), RepositoryName(parsing: "\(name)/any/name")?.domain == name
        else { throw RegistryHostError(text: text) }
        self.name = name
    }
}

/// The argument is not the name of a registry.
struct RegistryHostError: Error, Equatable {
    let text: String
}

/// Reads user names and passwords from standard input or the terminal. Passwords never come from arguments, which other
/// processes can see.
enum PasswordInput {
    private static let limit = 64 * 1024

    /// The password of `user` on standard input, without one line end at its end.
    static func standardInput(of user: String) throws(CredentialError) -> String {
        if StreamReader.isStandardInputTerminal { return try asked(of: user) }
        var bytes: [UInt8]
        do throws(IOFailure) { bytes = try SmallInput.bytes(of: "-", limit: limit) } catch { throw .io(error) }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return try password(bytes)
    }

    static func asked(of user: String) throws(CredentialError) -> String {
        try password(line("Password of \(TerminalText.escaped(user)): ", isHidden: true))
    }

    static func askedUser(of host: String) throws(CredentialError) -> String {
        let bytes = try line("User name at \(TerminalText.escaped(host)): ", isHidden: false)
        guard let user = String(validating: bytes, as: UTF8.self) else { throw .noTerminal }
        return try checked(user: user)
    }

    private static func line(_ question: String, isHidden: Bool) throws(CredentialError) -> [UInt8] {
        let line: [UInt8]?
        do throws(IOFailure) { line = try TerminalPrompt.line(question, isHidden: isHidden) } catch {
            throw .io(error)
        }
        guard let line else { throw .noTerminal }
        return line
    }

    static func checked(user: String) throws(CredentialError) -> String {
        let isUsable = !user.isEmpty && !user.utf8.contains { $0 == UInt8(ascii: ":") || $0 < 0x20 || $0 == 0x7f }
        guard isUsable else { throw .unusableUser(user) }
        return user
    }

    private static func password(_ bytes: [UInt8]) throws(CredentialError) -> String {
        if bytes.isEmpty { throw .emptyPassword }
        guard let password = String(validating: bytes, as: UTF8.self), !password.utf8.contains(0) else {
            throw .unusablePassword
        }
        return password
    }
}
