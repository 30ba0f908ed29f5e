package import ImageModel

extension ImageGraph {
    /// All content that these descriptors lead to, themselves included, each as it is met first. Documents of every kind
    /// are followed. `throughSubjects` follows subjects too.
    package func reachable(from roots: [Descriptor], throughSubjects: Bool = false) -> [Digest: Descriptor] {
        let kinds: LinkKinds = throughSubjects ? .everything : .content
        var reached: [Digest: Descriptor] = [:]
        var walk = GraphVisitor<Void>()
        walk.start(roots.map { GraphLink($0, .root) })
        while let step = walk.next() {
            reached[step.digest] = step.descriptor
            if let document = documents[step.digest] { walk.descend(document.links(kinds)) }
        }
        return reached
    }
}
