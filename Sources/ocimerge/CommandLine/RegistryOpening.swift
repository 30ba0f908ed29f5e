internal import ByteIO
internal import ImageModel
internal import Registry

/// Access to registries with the options of one command. No request is sent before content is needed.
enum RegistryOpening {
    /// `registries`: The candidates for --username, which must be exactly one. No other registry receives that login.
    static func access(_ options: ConnectionOptions, registries: Set<String> = []) throws(CommandError)
        -> RegistryAccess
    {
        // A credential helper must end with this process.
        if !registries.isEmpty { Interruption.install() }
        var stated: (host: String, credential: Credential)?
        if let user = options.user {
            // A terminal is asked for the password.
            if !options.takesPassword, !StreamReader.isStandardInputTerminal {
                throw CommandError(UsageError.dependentOption("--username", needs: "--password-stdin"))
            }
            let names = registries.sorted()
            guard let host = names.first else {
                throw CommandError(UsageError.dependentOption("--username", needs: "docker://..."))
            }
            if names.count > 1 { throw CommandError(UsageError.severalRegistries(names[0], names[1])) }
            let credential = try CommandError.checked { () throws(CredentialError) -> Credential in
                let user = try PasswordInput.checked(user: user)
                return .basic(user: user, password: try PasswordInput.standardInput(of: user))
            }
            stated = (host, credential)
        }
        return access(
            options,
            CredentialChain(
                places(only: options.file), stated: stated, requiredFile: options.file, trace: options.trace))
    }

    /// The places of credentials; that file alone if it is not `nil`.
    static func places(only file: String?) -> CredentialPlaces {
        CredentialPlaces(only: file, HelperPatience { Console.note(CredentialMessage.waiting($0)) })
    }

    /// Access to the registries that arguments name.
    static func access(_ options: ConnectionOptions, naming arguments: [String]) throws(CommandError) -> RegistryAccess
    {
        try access(options, registries: registries(of: arguments))
    }

    static func access(_ options: ConnectionOptions, _ credentials: any CredentialSource) -> RegistryAccess {
        let certificates = RegistryCertificates(
            authorities: options.authorities, certificate: options.certificate, key: options.key)
        return RegistryAccess(
            RegistryOptions(
                encryption: options.isPlain ? .none : options.isInsecure ? .optional : .required,
                tls: { (domain) throws(CredentialError) in try certificates.settings(for: domain) },
                credentials: credentials, trace: options.trace))
    }

    /// The registries that arguments name.
    static func registries(of arguments: [String]) -> Set<String> {
        Set(
            arguments.compactMap { text in
                guard text.hasPrefix(RegistryReference.scheme) else { return nil }
                // The suffix =PLATFORM is not part of the host.
                let rest = text.dropFirst(RegistryReference.scheme.count)
                let name = rest.prefix { $0 != "@" && $0 != "=" }
                return RegistryReference(parsing: String(name))?.repository.domain
            })
    }
}
