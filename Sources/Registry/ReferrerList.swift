internal import ByteIO
package import ImageModel
internal import Synchronization

extension RepositoryClient {
    /// The descriptors of the manifests whose `subject` is `digest`: signatures, SBOMs, attestations. If the registry does
    /// not implement the referrers API, reads the index under the referrers tag (distribution-spec, "Referrers tag
    /// schema").
    package func referrers(of digest: Digest) throws(RegistryError) -> [Descriptor] {
        if withoutReferrers.contains(name) { return try taggedReferrers(of: digest) }
        let operation = operation(.list, .digest(digest))
        var next: WebAddress? = try endpoint.address("\(name.path)/referrers/\(digest)")
        var found: [Descriptor] = []
        var pages = 0
        while let address = next {
            guard pages < Self.pageCountLimit else { throw .malformedAnswer(operation, "more than \(pages) pages") }
            let accept = HTTPHeaders([("Accept", MediaType.ociIndex.rawValue)])
            var response = try send(HTTPRequest(.get, address, headers: accept), operation, pushes: false)
            if pages == 0, Self.unsupported.contains(response.status) {
                response.drain()
                // 400 may concern this digest alone.
                if response.status != 400 { withoutReferrers.insert(name) }
                return try taggedReferrers(of: digest)
            }
            try check(&response, [200], operation)
            let bytes = try response.bytes(limit: Self.pageLimit, operation)
            found += try Self.entries(bytes, operation)
            next = try PageLink.next(after: address, response.headers, operation)
            pages += 1
        }
        return found
    }

    private func taggedReferrers(of digest: Digest) throws(RegistryError) -> [Descriptor] {
        let tag = RegistryReference.Target.tag(ReferrersTag(digest).description)
        guard let list = try manifest(tag) else { return [] }
        return try Self.entries(list.content.bytes, operation(.list, tag))
    }

    private static func entries(
        _ bytes: [UInt8], _ operation: RegistryError.Operation
    ) throws(RegistryError) -> [Descriptor] {
        do { return try Document(index: DigestedBytes(bytes)).index?.manifests.map(\.descriptor) ?? [] } catch {
            throw .document(operation, error)
        }
    }

    private static let unsupported: Set<Int> = [400, 404, 405]
    private static let pageCountLimit = 100
    private static let pageLimit = 4 << 20
}

/// The repositories that lack the referrers API (distribution-spec 1.1, "Listing Referrers"), so that it is tried once.
/// Recorded by repository: one registry name may stand for several servers.
final class RepositoriesWithoutReferrers: Sendable {
    private let names = Mutex<Set<RepositoryName>>([])

    func contains(_ name: RepositoryName) -> Bool { names.withLock { $0.contains(name) } }

    func insert(_ name: RepositoryName) { names.withLock { _ = $0.insert(name) } }
}
