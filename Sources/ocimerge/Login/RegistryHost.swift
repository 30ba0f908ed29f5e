internal import ImageModel
internal import Registry

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
