internal import ByteIO
package import ImageModel
internal import Synchronization

extension RepositoryClient {
    /// What says that it speaks of that manifest: signatures, SBOMs, attestations. A registry that keeps no such list may
    /// have one that others keep under a tag (distribution-spec, "Referrers tag schema").
    package func referrers(of digest: Digest) throws(RegistryError) -> [Descriptor] {
        if listless.contains(name) { return try taggedReferrers(of: digest) }
        let operation = operation(.list, .digest(digest))
        var next: WebAddress? = try endpoint.address("\(name.path)/referrers/\(digest)")
        var found: [Descriptor] = []
        var pages = 0
        while let address = next {
            guard pages < Self.mostPages else { throw .malformedAnswer(operation, "more than \(pages) pages") }
            let accept = HTTPHeaders([("Accept", MediaType.ociIndex.rawValue)])
            var response = try send(HTTPRequest(.get, address, headers: accept), operation, pushes: false)
            if pages == 0, Self.unknowing.contains(response.status) {
                response.settle()
                // 400 may be about this digest alone.
                if response.status != 400 { listless.insert(name) }
                return try taggedReferrers(of: digest)
            }
            try check(&response, [200], operation)
            let bytes = try response.document(limit: Self.pageLimit, operation)
            found += try Self.entries(bytes, operation)
            next = try Self.next(after: address, response.headers, operation)
            pages += 1
        }
        return found
    }

    private func taggedReferrers(of digest: Digest) throws(RegistryError) -> [Descriptor] {
        let tag = RegistryReference.Target.tag(ReferrersTag(digest).description)
        guard let list = try manifest(tag) else { return [] }
        return try Self.entries(list.bytes, operation(.list, tag))
    }

    private static func entries(
        _ bytes: [UInt8], _ operation: RegistryError.Operation
    ) throws(RegistryError) -> [Descriptor] {
        do throws(DocumentError) { return try IndexView(bytes: bytes).manifests.map(\.descriptor) } catch {
            throw .document(operation, error)
        }
    }

    /// `Link: </v2/app/referrers/sha256:…?n=…>; rel="next"`. A list goes on where it began.
    private static func next(
        after address: WebAddress, _ headers: HTTPHeaders, _ operation: RegistryError.Operation
    ) throws(RegistryError) -> WebAddress? {
        for link in headers.values("Link").flatMap({ $0.split(separator: ",") }) {
            guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), start < end,
                link[end...].lowercased().filter({ $0 != "\"" && $0 != " " }).hasSuffix(";rel=next")
            else { continue }
            let target = String(link[link.index(after: start)..<end])
            guard let next = address.resolving(target), next.hasSameOrigin(as: address) else {
                // Queries carry tokens.
                throw .unusableHeader(operation, name: "Link", value: String(target.prefix { $0 != "?" && $0 != "#" }))
            }
            return next
        }
        return nil
    }

    private static let unknowing: Set<Int> = [400, 404, 405]
    private static let mostPages = 100
    private static let pageLimit = 4 << 20
}

/// The repositories whose registry keeps no lists of what refers to an image (distribution-spec 1.1, "Listing
/// Referrers"), so that it is asked for one once. Not the registries: behind one name some may keep lists, others not.
final class ListlessRepositories: Sendable {
    private let names = Mutex<Set<RepositoryName>>([])

    func contains(_ name: RepositoryName) -> Bool { names.withLock { $0.contains(name) } }

    func insert(_ name: RepositoryName) { names.withLock { _ = $0.insert(name) } }
}
