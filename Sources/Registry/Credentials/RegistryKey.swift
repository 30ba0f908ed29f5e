internal import ImageModel

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
