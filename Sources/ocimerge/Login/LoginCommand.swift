internal import ByteIO
internal import Registry

/// Asks a registry whether it knows us, and keeps what it takes for that.
enum LoginCommand {
    static func run(_ request: LoginRequest, _ console: Console) throws {
        Interruption.install()
        let host = try RegistryHost(request.host)
        let places = CredentialPlaces(only: request.registry.file)
        let keeping = CredentialKeeping(places)
        // What would keep us from writing is said before anybody has to type.
        var keeper = try keeping.keeper(for: host.name)
        let obstacle = try keeping.obstacle(for: host.name)
        let user =
            try request.registry.user.map { (user) throws(CredentialError) in try PasswordInput.checked(user: user) }
            ?? PasswordInput.askedUser(of: host.name)
        let password =
            request.registry.takesPassword
            ? try PasswordInput.standardInput(of: user) : try PasswordInput.asked(of: user)
        let chain = CredentialChain(places, stated: (host.name, .basic(user: user, password: password)))
        try RegistryOpening.access(request.registry, chain).check(host.name)
        if !request.dryRun { keeper = try keeping.keep(user: user, password: password, for: host.name) }
        if case .file(let path) = keeper { console.warn(CredentialMessage.unencrypted(path, request.dryRun)) }
        if let obstacle { console.warn(CredentialMessage.unheard(obstacle, host.name)) }
        let report = LoginReport(host: host.name, user: user, keeper: keeper, isDryRun: request.dryRun)
        try console.print(report, request)
    }
}
