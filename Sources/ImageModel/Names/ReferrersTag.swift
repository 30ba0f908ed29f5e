internal import ByteIO

/// The tag under which the referrers of a manifest are listed if the registry has no referrers API (distribution-spec
/// 1.1, "Referrers Tag Schema"): `sha256-<hex>`. Of a SHA-512 it has the first 64 digits, so that it is never too long
/// for a tag. regctl lists referrers in layouts under the same tag.
package struct ReferrersTag: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ subject: Digest) {
        description = "\(subject.algorithm.rawValue.prefix(32))-\(subject.hex.prefix(Self.length))"
    }

    /// `nil` if the label is no such tag.
    package init?(_ label: ImageLabel) {
        let tag = label.tag
        let parts = tag.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, Digest.Algorithm(rawValue: String(parts[0])) != nil,
            Digest(algorithm: .sha256, hex: String(parts[1])) != nil
        else { return nil }
        description = tag
    }

    /// The number of digits, which is that of a SHA-256.
    private static let length = 64
}

/// The roots of a graph that only list the referrers of a manifest, under the tag of that manifest. They are neither an
/// image nor an artifact.
package struct ReferrersLists: Sendable {
    /// The tags under which each index may list its entries. An empty list has none and fits every tag.
    private var tags: [Digest: Set<ReferrersTag>] = [:]

    package init(_ graph: ImageGraph) {
        for root in graph.roots where root.labels.contains(where: { ReferrersTag($0) != nil }) {
            let digest = root.descriptor.digest
            guard tags[digest] == nil, let index = graph.index(digest) else { continue }
            let documents = index.manifests.compactMap { graph.documents[$0.descriptor.digest] }
            let subjects = documents.compactMap(\.subject)
            if subjects.count == documents.count { tags[digest] = Set(subjects.map { ReferrersTag($0.digest) }) }
        }
    }

    package var isEmpty: Bool { tags.isEmpty }

    package func contains(_ root: ImageGraph.Root) -> Bool { tag(of: root) != nil }

    /// `nil` if the root is no list of referrers.
    package func tag(of root: ImageGraph.Root) -> ReferrersTag? {
        guard let tags = tags[root.descriptor.digest], tags.count < 2,
            let tag = root.labels.lazy.compactMap(ReferrersTag.init).first, tags.isEmpty || tags.contains(tag)
        else { return nil }
        return tag
    }
}

extension ImageGraph {
    /// The roots without those that only refer to other roots: lists of referrers, artifacts under cosign's tags, and
    /// unnamed artifacts with a subject.
    package var rootsWithoutReferrers: [Root] {
        let lists = ReferrersLists(self)
        let content = manifestsBelowRoots
        let subjects = lists.isEmpty ? [] : Set(content.map { ReferrersTag($0) })
        return roots.filter { root in
            if let tag = lists.tag(of: root) { return !subjects.contains(tag) }
            if root.labels.contains(where: { CosignTag($0).map { content.contains($0.subject) } ?? false }) {
                return false
            }
            guard root.labels.isEmpty, let manifest = manifest(root.descriptor.digest), !manifest.isImage,
                let subject = manifest.subject
            else { return true }
            return !content.contains(subject.digest)
        }
    }

    /// The roots, and everything that they list.
    private var manifestsBelowRoots: Set<Digest> {
        var found: Set<Digest> = []
        var walk = GraphVisitor<Void>()
        walk.start(rootLinks)
        while let step = walk.next() {
            found.insert(step.digest)
            if let document = documents[step.digest] { walk.descend(document.links(.children)) }
        }
        return found
    }
}
