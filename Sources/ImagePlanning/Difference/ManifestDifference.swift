package import ImageModel

/// The differences between two manifests and their configs.
package struct ManifestDifference: Sendable {
    /// `nil` if a config is absent or is no JSON object of an image.
    package let config: [JSONDifference]?
    package let annotations: [AnnotationDifference]
    /// All layers, those that did not change included.
    package let layers: [LayerDifference]

    init(
        _ old: ManifestView, _ new: ManifestView, _ graphs: (old: ImageGraph, new: ImageGraph),
        comparesAnnotations: Bool
    ) throws(PlanError) {
        config = try Self.config(old.config.digest, new.config.digest, graphs)
        annotations =
            comparesAnnotations
            ? AnnotationDifference.between(old.annotations, new.annotations, in: .manifest) : []
        layers = LayerDifference.between(LayerList(old, graphs.old), LayerList(new, graphs.new))
    }

    private static func config(
        _ old: Digest, _ new: Digest, _ graphs: (old: ImageGraph, new: ImageGraph)
    ) throws(PlanError) -> [JSONDifference]? {
        if old == new { return [] }
        guard let before = graphs.old.documents[old], let after = graphs.new.documents[new] else { return nil }
        do throws(JSONError) { return try JSONDifference.between(before.bytes, after.bytes) } catch {
            throw .json(error)
        }
    }
}

/// The differences of all manifests of two sources. Each pair of manifests is compared once.
struct ManifestDifferences {
    private struct Pair: Hashable { let old, new: Digest }

    private let graphs: (old: ImageGraph, new: ImageGraph)
    private var known: [Pair: ManifestDifference] = [:]

    init(_ old: ImageGraph, _ new: ImageGraph) { graphs = (old, new) }

    /// `nil` if a manifest is absent, or if its documents were compared too often before.
    mutating func between(
        _ old: Digest, _ new: Digest, comparesAnnotations: Bool, _ repeats: inout RepeatedDocuments
    ) throws(PlanError) -> ManifestDifference? {
        guard let before = graphs.old.manifest(old), let after = graphs.new.manifest(new) else { return nil }
        let documents = [
            graphs.old.documents[old], graphs.new.documents[new], graphs.old.documents[before.config.digest],
            graphs.new.documents[after.config.digest],
        ]
        guard repeats.allow(documents.compactMap(\.self)) else { return nil }
        let pair = Pair(old: old, new: new)
        if let difference = known[pair] { return difference }
        let difference = try ManifestDifference(before, after, graphs, comparesAnnotations: comparesAnnotations)
        known[pair] = difference
        return difference
    }
}

/// Limits how often documents are compared. A small source can list one large manifest in a thousand images. Each of these
/// would be compared with another partner.
struct RepeatedDocuments {
    private var met: Set<Digest> = []
    /// In bytes of documents that were compared before.
    private var left = 64 << 20

    /// Whether the documents may be compared.
    mutating func allow(_ documents: [Document]) -> Bool {
        let cost = documents.filter { met.contains($0.digest) }.reduce(0) { $0 + $1.bytes.count }
        met.formUnion(documents.map(\.digest))
        if cost > left { return false }
        left -= cost
        return true
    }
}
