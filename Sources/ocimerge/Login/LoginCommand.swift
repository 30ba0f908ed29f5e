internal import ByteIO
internal import ImageModel
internal import Registry

/// Asks a registry whether it knows us, and keeps what it takes for that.
enum LoginCommand {
    static func run(_ request: LoginRequest, _ console: Console) throws {
        Interruption.install()
        let host = try RegistryHost(request.host)
        let places = CredentialPlaces(only: request.registry.file)
        let store = CredentialStore(places)
        // What would keep us from writing is said before anybody has to type.
        var location = try store.location(for: host.name)
        let overriding = try store.overridingVariable(for: host.name)
        let user =
            try request.registry.user.map { (user) throws(CredentialError) in try PasswordInput.checked(user: user) }
            ?? PasswordInput.askedUser(of: host.name)
        let password =
            request.registry.takesPassword
            ? try PasswordInput.standardInput(of: user) : try PasswordInput.asked(of: user)
        let chain = CredentialChain(places, stated: (host.name, .basic(user: user, password: password)))
        try RegistryOpening.access(request.registry, chain).check(host.name)
        if !request.run.dryRun { location = try store.store(user: user, password: password, for: host.name) }
        if case .file(let path) = location { console.warn(CredentialMessage.unencrypted(path, request.run.dryRun)) }
        if let overriding { console.warn(CredentialMessage.unheard(overriding, host.name)) }
        let report = LoginReport(host: host.name, user: user, location: location, isDryRun: request.run.dryRun)
        try console.print(report, request.run)
    }
}

/// Forgets who we are at a registry.
enum LogoutCommand {
    static func run(_ request: LogoutRequest, _ console: Console) throws {
        Interruption.install()
        let host = try RegistryHost(request.host)
        let store = CredentialStore(CredentialPlaces(only: request.file))
        let locations = try store.remove(host.name, isDryRun: request.run.dryRun)
        try console.print(
            LogoutReport(host: host.name, locations: locations, isDryRun: request.run.dryRun), request.run)
    }
}

/// A registry as it was typed: `registry.example:5000`, or the address that docker takes too.
struct RegistryHost {
    let name: String

    init(_ text: String) throws(RegistryHostError) {
        guard let name = RegistryKey.host(of: text), RepositoryName(parsing: "\(name)/any/name")?.domain == name
        else { throw RegistryHostError(text: text) }
        self.name = name
    }
}

/// It names no registry.
struct RegistryHostError: Error, Equatable {
    let text: String
}

/// Passwords, from where nobody but their owner sees them: never from arguments.
enum PasswordInput {
    private static let limit = 64 * 1024

    /// Of `user`, from standard input: all of it but one line end.
    static func standardInput(of user: String) throws -> String {
        if StreamReader.isStandardInputTerminal { return try asked(of: user) }
        var bytes = try SmallInput.bytes(of: "-", limit: limit)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return try password(bytes)
    }

    static func asked(of user: String) throws -> String {
        let question = "Password of \(TerminalText.escaped(user)): "
        guard let line = try TerminalPrompt.line(question, isHidden: true) else { throw CredentialError.noTerminal }
        return try password(line)
    }

    static func askedUser(of host: String) throws -> String {
        let question = "User name at \(TerminalText.escaped(host)): "
        guard let line = try TerminalPrompt.line(question, isHidden: false),
            let user = String(validating: line, as: UTF8.self)
        else { throw CredentialError.noTerminal }
        return try checked(user: user)
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
