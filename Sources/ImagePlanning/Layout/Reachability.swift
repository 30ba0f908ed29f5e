package import ImageModel

extension ImageGraph {
    /// Everything to which these descriptors lead, themselves included, each as it is met first. Kinds of documents make
    /// no difference: what says that it needs something needs it.
    ///
    /// `throughSubjects`: also that of which a document only speaks.
    package func reachable(from roots: [Descriptor], throughSubjects: Bool = false) -> [Digest: Descriptor] {
        var reached: [Digest: Descriptor] = [:]
        var waiting = Array(roots.reversed())
        while let descriptor = waiting.popLast() {
            guard reached[descriptor.digest] == nil else { continue }
            reached[descriptor.digest] = descriptor
            guard let document = documents[descriptor.digest],
                let references = try? DocumentReferences(bytes: document.bytes)
            else { continue }
            if throughSubjects, let subject = references.subject { waiting.append(subject) }
            waiting += (references.children + references.contents).reversed()
        }
        return reached
    }
}
