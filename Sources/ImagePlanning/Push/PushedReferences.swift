package import ImageModel

/// The references of pushed images by those that they had before.
package struct PushedReferences: Sendable {
    private struct Pushed: Sendable {
        let former: RegistryReference?
        let to: RegistryReference
        let digest: Digest
    }

    /// By former names, complete.
    private var names: [String: Pushed] = [:]
    private var digests: [Digest: [Pushed]] = [:]

    package init() {}

    /// `digest` is that of the pushed image.
    package mutating func add(_ namePairs: [PushTarget.NamePair], pushedAs digest: Digest) {
        for pair in namePairs {
            let pushed = Pushed(former: pair.former, to: pair.to, digest: digest)
            if let key = pair.former.flatMap(Self.key), names[key] == nil { names[key] = pushed }
            digests[digest, default: []].append(pushed)
        }
    }

    /// The reference of the pushed image; `nil` if no image was pushed from that reference. A reference with a digest
    /// is replaced by one with the same digest, so exactly this content must have been pushed. `pins`: Others get a
    /// digest, too.
    ///
    /// `served` are digests under which a registry serves images, if it changes them.
    package func replacement(
        of reference: RegistryReference, pins: Bool, served: [Digest: Digest] = [:]
    ) -> RegistryReference? {
        guard let digest = reference.digest else {
            guard let pushed = Self.key(reference).flatMap({ names[$0] }) else { return nil }
            return RegistryReference(
                pushed.to.repository, tag: pushed.to.tag,
                digest: pins ? served[pushed.digest] ?? pushed.digest : pushed.to.digest)
        }
        guard let found = digests[digest] else { return nil }
        let near = found.filter { $0.former?.repository == reference.repository }
        guard let pushed = near.first(where: { $0.former?.tag == reference.tag }) ?? near.first ?? found.first else {
            return nil
        }
        return RegistryReference(
            pushed.to.repository, tag: reference.tag == nil ? nil : pushed.to.tag, digest: served[digest] ?? digest)
    }

    /// The repository and the tag, also the implied one; `nil` for a digest alone.
    private static func key(_ reference: RegistryReference) -> String? {
        if reference.tag == nil, reference.digest != nil { return nil }
        return "\(reference.repository):\(reference.tag ?? ImageName.defaultTag)"
    }
}
