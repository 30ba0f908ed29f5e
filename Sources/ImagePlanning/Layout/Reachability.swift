package import ImageModel

extension ImageGraph {
    /// All content that these descriptors lead to, themselves included, each as it is met first. Documents of every kind
    /// are followed. `throughSubjects` follows subjects too.
    package func reachable(from roots: [Descriptor], throughSubjects: Bool = false) -> [Digest: Descriptor] {
        var reached: [Digest: Descriptor] = [:]
        var waiting = Array(roots.reversed())
        while let descriptor = waiting.popLast() {
            guard reached[descriptor.digest] == nil else { continue }
            reached[descriptor.digest] = descriptor
            let links = documents[descriptor.digest]?.links(throughSubjects ? .everything : .content) ?? []
            waiting += links.map(\.descriptor).reversed()
        }
        return reached
    }
}
