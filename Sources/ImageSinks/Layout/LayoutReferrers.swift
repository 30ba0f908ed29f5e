internal import ImageModel

/// The lists of referrers that a layout keeps under the tags of their subjects. regctl finds referrers by these lists,
/// oras by the entries of the referrers. A list of the layout or of the source is extended, never replaced.
struct LayoutReferrers {
    /// The referrers that the plan carries for its images, by the tags of their subjects.
    private var documents: [ReferrersTag: [Document]] = [:]
    /// The lists that the plan carries.
    private var lists: [ReferrersTag: Document] = [:]
    /// Everything that the plan writes.
    private var planned: Set<Digest> = []

    init() {}

    init(_ plan: WritePlan) {
        let roots = plan.roots.filter { $0.isReferrer || Self.tag(of: $0) != nil }
        if roots.isEmpty { return }
        planned = Set(plan.documents.map(\.digest))
        let referrers = Set(roots.filter(\.isReferrer).map(\.descriptor.digest))
        let byDigest = Dictionary(plan.documents.map { ($0.digest, $0) }) { first, _ in first }
        for root in roots {
            guard let tag = Self.tag(of: root), let list = byDigest[root.descriptor.digest], list.index != nil else {
                continue
            }
            lists[tag] = list
        }
        for document in plan.documents where referrers.contains(document.digest) {
            guard let subject = document.subject, planned.contains(subject.digest) else { continue }
            documents[ReferrersTag(subject.digest), default: []].append(document)
        }
    }

    /// The roots with one list for each subject. `present` is the list that the layout has under the tag, `put` writes a
    /// list that the plan does not write.
    func completing(
        _ roots: [RootEntry], present: (ImageLabel) throws(SinkError) -> Document?,
        put: (Document) throws(SinkError) -> Void
    ) throws(SinkError) -> [RootEntry] {
        var result = roots
        let tags = Set(documents.keys).union(lists.keys).sorted { $0.description < $1.description }
        for tag in tags {
            let label = ImageLabel.plain(tag.description)
            let known = [try present(label), lists[tag]].compactMap(\.self)
            guard let list = try ReferrersList.joining(known, documents[tag] ?? []) else { continue }
            if list.digest == lists[tag]?.digest { continue }
            result.removeAll { $0.label == label }
            if !planned.contains(list.digest) { try put(list) }
            result.append(
                RootEntry(
                    descriptor: list.descriptor, json: list.descriptor.json.bytes, label: label, isNamedHere: true,
                    isReferrer: true))
        }
        return result
    }

    private static func tag(of root: RootEntry) -> ReferrersTag? { root.label.flatMap(ReferrersTag.init) }
}
