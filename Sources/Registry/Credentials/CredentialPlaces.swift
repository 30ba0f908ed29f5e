internal import ByteIO
internal import ImageModel

/// The places where docker and podman store credentials, as the environment defines them.
package struct CredentialPlaces: Sendable {
    struct Place: Hashable, Sendable {
        let path: String
        let form: CredentialFile.Form
    }

    /// The content of `DOCKER_AUTH_CONFIG`, which precedes all files; `nil` if it is not set.
    let inline: String?
    /// The files in the order of look-up. The first with credentials for a registry is used.
    let files: [Place]
    /// The file in which `login` stores credentials, unless an earlier file has some for the registry; `nil` if HOME is not
    /// set.
    let loginFile: String?
    /// Whether `loginFile` is docker's own file.
    let loginFileIsDockers: Bool
    /// The value of PATH, in which credential helpers are found.
    let searchPath: String?
    let patience: HelperPatience

    static let inlineName = "DOCKER_AUTH_CONFIG"

    /// With `only`, that file is the only place.
    package init(
        only: String? = nil, user: UInt32? = nil, _ patience: HelperPatience = HelperPatience(),
        environment: ((String) -> String?)? = nil
    ) {
        self.patience = patience
        let (user, environment) = (user ?? FileSystem.userNumber, environment ?? ProcessEnvironment.value)
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        searchPath = value("PATH")
        if let only {
            inline = nil
            files = [Place(path: only, form: .current)]
            (loginFile, loginFileIsDockers) = (only, false)
            return
        }
        let home = value("HOME")
        let named = value("REGISTRY_AUTH_FILE")
        let dockers = (value("DOCKER_CONFIG") ?? home.map { "\($0)/.docker" }).map { "\($0)/config.json" }
        // podman uses this file if XDG_RUNTIME_DIR is not set.
        let shared = "/run/containers/\(user)/auth.json"
        let session =
            value("XDG_RUNTIME_DIR").map { "\($0)/containers/auth.json" }
            ?? (FileSystem.kind(of: shared) == nil ? nil : shared)
        let own = value("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }
        let current = [named, session, own.map { "\($0)/containers/auth.json" }, dockers]
        inline = value(Self.inlineName)
        files =
            current.compactMap { $0.map { Place(path: $0, form: .current) } }
            + (home.map { [Place(path: "\($0)/.dockercfg", form: .legacy)] } ?? [])
        loginFile = named ?? dockers
        loginFileIsDockers = named == nil
    }

    /// The parsed content of `DOCKER_AUTH_CONFIG`; `nil` if it is not set.
    func readInline() throws(CredentialError) -> CredentialFile? {
        guard let inline else { return nil }
        return try CredentialFile(Array(inline.utf8), path: Self.inlineName, form: .current)
    }

    /// The number of places: the inline content and the files.
    var count: Int { (inline == nil ? 0 : 1) + files.count }

    /// The parsed place with this number; `nil` if its file does not exist.
    func read(_ number: Int) throws(CredentialError) -> CredentialFile? {
        var number = number
        if inline != nil {
            if number == 0 { return try readInline() }
            number -= 1
        }
        return try CredentialFile(reading: files[number].path, form: files[number].form)
    }
}

/// The names of registries in credential files and helpers: a host, an address, or one of several names of Docker Hub.
package enum RegistryKey {
    /// The name of Docker Hub in docker's own files.
    static let dockerHub = "https://index.docker.io/v1/"

    /// The registry of a key, as image references name it; `nil` if the key stands for a part of one (`quay.io/team`).
    package static func host(of key: String) -> String? {
        var rest = Substring(key)
        var isAddress = false
        for scheme in ["https://", "http://"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            isAddress = true
            break
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let path = rest[slash...]
        // docker ignores the path of an address.
        guard isAddress || ["", "/", "/v1", "/v1/", "/v2", "/v2/"].contains(path) else { return nil }
        return canonical(rest[..<slash].lowercased())
    }

    /// The name in image references of a registry that has several names.
    static func canonical(_ host: String) -> String {
        ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"].contains(host)
            ? ImageName.defaultDomain : host
    }

    /// The keys that podman looks up for a repository: its parts, the longest first, then the registry.
    static func names(of repository: RepositoryName) -> [String] {
        var parts = repository.path.split(separator: "/")[...]
        var names: [String] = []
        while !parts.isEmpty {
            names.append("\(repository.domain)/\(parts.joined(separator: "/"))")
            parts = parts.dropLast()
        }
        return names + [repository.domain]
    }
}
