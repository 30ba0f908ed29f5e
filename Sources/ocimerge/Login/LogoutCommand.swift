internal import ByteIO
internal import Registry

/// Forgets who we are at a registry.
enum LogoutCommand {
    static func run(_ request: LogoutRequest, _ console: Console) throws {
        Interruption.install()
        let host = try RegistryHost(request.host)
        let keeping = CredentialKeeping(CredentialPlaces(only: request.file))
        let keepers = try keeping.forget(host.name, isDryRun: request.dryRun)
        try console.print(LogoutReport(host: host.name, keepers: keepers, isDryRun: request.dryRun), request)
    }
}
