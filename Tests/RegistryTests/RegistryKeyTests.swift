import ImageModel
import Testing

@testable import Registry

@Suite struct RegistryKeyTests {
    static let keys: [(key: String, host: String?)] = [
        ("https://index.docker.io/v1/", "docker.io"), ("https://index.docker.io/v2/", "docker.io"),
        ("index.docker.io", "docker.io"), ("registry-1.docker.io", "docker.io"), ("docker.io", "docker.io"),
        ("https://registry-1.docker.io", "docker.io"), ("http://docker.io/", "docker.io"),
        ("registry.example", "registry.example"), ("registry.example:5000", "registry.example:5000"),
        ("https://registry.example:5000", "registry.example:5000"), ("https://Registry.Example/", "registry.example"),
        ("HTTPS://registry.example/v2", "registry.example"), ("http://registry.example/v1/", "registry.example"),
        ("registry.example/v1/", "registry.example"), ("registry.example/v2/", "registry.example"),
        // docker ignores the path of an address.
        ("https://registry.example/some/where", "registry.example"), ("[::1]:5000", "[::1]:5000"),
        ("registry.example/team", nil), ("registry.example/team/app", nil), ("docker.io/library", nil),
    ]

    @Test(arguments: keys)
    func keysNameARegistry(_ key: String, _ host: String?) { #expect(RegistryKey.host(of: key) == host) }

    @Test func namesAreSortedFromLongToShort() throws {
        let repository = try #require(RepositoryName(parsing: "quay.io:443/a/b/c"))
        #expect(
            RegistryKey.names(of: repository)
                == ["quay.io:443/a/b/c", "quay.io:443/a/b", "quay.io:443/a", "quay.io:443"])
    }
}
