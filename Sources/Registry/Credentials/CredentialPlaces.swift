internal import ByteIO
internal import ImageModel

/// Where docker and podman keep credentials, as the environment says it.
package struct CredentialPlaces: Sendable {
    struct Place: Hashable, Sendable {
        let path: String
        let form: CredentialFile.Form
    }

    /// JSON in place of a file.
    let inline: String?
    /// In the order in which they are asked; the first that knows a registry is right.
    let files: [Place]
    /// Where `login` keeps what it learns of a registry that no file before it knows, and whether that is docker's own file.
    let written: String?
    let isDockers: Bool
    /// Where helpers are.
    let folders: String?

    static let inlineName = "DOCKER_AUTH_CONFIG"

    /// `only`: this file and nothing else.
    package init(
        only: String? = nil, user: UInt32? = nil, environment: ((String) -> String?)? = nil
    ) {
        let (user, environment) = (user ?? FileSystem.userNumber, environment ?? ProcessEnvironment.value)
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        folders = value("PATH")
        if let only {
            inline = nil
            files = [Place(path: only, form: .current)]
            (written, isDockers) = (only, false)
            return
        }
        let home = value("HOME")
        let named = value("REGISTRY_AUTH_FILE")
        let dockers = (value("DOCKER_CONFIG") ?? home.map { "\($0)/.docker" }).map { "\($0)/config.json" }
        // Without a directory of the session, podman takes this one.
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
        written = named ?? dockers
        isDockers = named == nil
    }

    /// nil: there is none.
    func readInline() throws(CredentialError) -> CredentialFile? {
        guard let inline else { return nil }
        return try CredentialFile(Array(inline.utf8), path: Self.inlineName, form: .current)
    }

    /// Of the inline text and the files.
    var count: Int { (inline == nil ? 0 : 1) + files.count }

    /// nil: nothing stands there.
    func read(_ number: Int) throws(CredentialError) -> CredentialFile? {
        var number = number
        if inline != nil {
            if number == 0 { return try readInline() }
            number -= 1
        }
        return try CredentialFile(reading: files[number].path, form: files[number].form)
    }
}

/// How files and helpers name a registry: by its host, by an address, and Docker's own in many ways.
package enum RegistryKey {
    /// As docker has named its own registry since its first version.
    package static let dockerHub = "https://index.docker.io/v1/"

    /// The registry that a key means, as images name it; nil: it means only a part of one (`quay.io/team`).
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
        // Whatever stands behind the host of an address: docker looks at the host alone.
        guard isAddress || ["", "/", "/v1", "/v1/", "/v2", "/v2/"].contains(path) else { return nil }
        return familiar(rest[..<slash].lowercased())
    }

    /// One name for a registry that has several.
    package static func familiar(_ host: String) -> String {
        ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"].contains(host)
            ? ImageName.defaultDomain : host
    }

    /// The keys that podman knows for parts of a registry, the longest first, and at last the registry itself.
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
