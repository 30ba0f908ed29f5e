internal import ByteIO
internal import ImageModel

extension RepositoryClient {
    /// The tags of the repository, each once, in the order of the registry (distribution-spec, "Listing Tags"). Throws
    /// `.notFound` if the registry has no such repository.
    package func tags() throws(RegistryError) -> [String] {
        let operation = RegistryError.Operation(.tags, name.description)
        var list = TagList(operation)
        var seen: Set<WebAddress> = []
        var next: WebAddress? = try endpoint.address("\(name.path)/tags/list").adding([("n", TagList.pageSize)])
        while let address = next {
            guard seen.insert(address).inserted else { throw .malformedAnswer(operation, "its pages form a loop") }
            guard seen.count <= TagList.pageCountLimit else {
                throw .malformedAnswer(operation, "more than \(TagList.pageCountLimit) pages")
            }
            var response = try send(HTTPRequest(.get, address), operation, pushes: false)
            try check(&response, [200], operation)
            try list.add(try response.bytes(limit: TagList.pageLimit, operation))
            next = try PageLink.next(after: address, response.headers, operation)
        }
        return list.tags
    }
}

/// The tags of all pages. The limits bound the memory and the number of requests that a registry can cost.
struct TagList {
    /// As text: the value of the parameter `n`. Registries may send smaller or larger pages.
    static let pageSize = "1000"
    static let pageCountLimit = 10_000
    /// A registry that ignores `n` sends all tags as one page.
    static let pageLimit = 16 << 20
    static let countLimit = 1_000_000

    private let operation: RegistryError.Operation
    private(set) var tags: [String] = []
    private var known: Set<String> = []

    init(_ operation: RegistryError.Operation) { self.operation = operation }

    /// Adds the tags of one page: `{"name": "app", "tags": ["1.0"]}`. `null` is an empty list.
    mutating func add(_ page: [UInt8]) throws(RegistryError) {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: page) } catch { throw .malformedAnswer(operation, "no JSON") }
        guard let list = document.root["tags"], list.kind == .array || list.isNull else {
            throw .malformedAnswer(operation, "no list of tags")
        }
        for element in list.elements {
            guard let tag = element.string, ImageName.isTag(tag) else {
                throw .malformedAnswer(operation, "\(element.string ?? "an entry") is not a tag")
            }
            guard known.insert(tag).inserted else { continue }
            guard tags.count < Self.countLimit else {
                throw .malformedAnswer(operation, "more than \(Self.countLimit) tags")
            }
            tags.append(tag)
        }
    }
}
