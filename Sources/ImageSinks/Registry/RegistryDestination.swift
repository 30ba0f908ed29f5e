internal import ByteIO
package import ImageModel

/// A repository, and under which names an image shall be found there.
package struct RegistryDestination: Sendable, Equatable {
    package let repository: RepositoryName
    /// Empty: the image is found by its digest alone.
    package private(set) var tags: [String]
    /// What the digest of the image must be.
    package let digest: Digest?
    /// The tag is only what one means who says none.
    private var isTagImplied = false

    package init(_ reference: RegistryReference) {
        repository = reference.repository
        digest = reference.digest
        isTagImplied = reference.tag == nil && reference.digest == nil
        tags = reference.tag.map { [$0] } ?? (isTagImplied ? [ImageName.defaultTag] : [])
    }

    /// `docker://HOST/REPO[:TAG][@DIGEST]`.
    package init(parsing text: String) throws(DestinationError) {
        if let flaw = ReferenceFlaw.found(in: text) { throw .notAReference(text, flaw) }
        guard let reference = RegistryReference(parsing: text) else { throw .notAReference(text, .noRepository) }
        self.init(reference)
    }

    /// With more tags; all of them must be in this repository.
    package func adding(_ names: [ImageName]) throws(DestinationError) -> RegistryDestination {
        var result = self
        if isTagImplied, !names.isEmpty { (result.tags, result.isTagImplied) = ([], false) }
        for name in names {
            guard let reference = RegistryReference(parsing: name.full), reference.repository == repository,
                let tag = reference.tag
            else { throw .foreignTag(name: name.full, repository: repository) }
            if !result.tags.contains(tag) { result.tags.append(tag) }
        }
        return result
    }

    package init(_ repository: RepositoryName, tags: [String]) {
        self.repository = repository
        self.tags = tags
        digest = nil
    }

    /// With the tags of another destination in this repository.
    package func joined(_ other: RegistryDestination) throws(DestinationError) -> RegistryDestination {
        guard let digest, let otherDigest = other.digest, digest != otherDigest else {
            return RegistryDestination(self, digest: digest ?? other.digest, adding: other.tags)
        }
        throw .otherDigest(expected: digest, found: otherDigest)
    }

    private init(_ destination: RegistryDestination, digest: Digest?, adding more: [String]) {
        repository = destination.repository
        tags = destination.tags + more.filter { !destination.tags.contains($0) }
        self.digest = digest
    }

    package var names: [String] { tags.map { "\(repository):\($0)" } }

    /// Of the image that the tags name; complete, as an engine pulls it: `registry.example/app:1.0`.
    package func names(of roots: [RootEntry]) throws(DestinationError) -> [Digest: [String]] {
        [try image(of: roots).digest: names]
    }

    /// One tag names one image. What else is there is unnamed and belongs to it: attestations, signatures.
    package func image(of roots: [RootEntry]) throws(DestinationError) -> Descriptor {
        let roots = roots.filter { !$0.isReferrer }
        let named = roots.filter { $0.label != nil }
        let candidates = named.isEmpty ? roots : named
        let digests = Set(candidates.map(\.descriptor.digest))
        guard let image = candidates.first?.descriptor, digests.count == 1 else {
            throw .severalForOneTag(
                count: digests.count, names: Set(named.compactMap { $0.label?.description }).sorted(),
                unnamed: named.isEmpty ? digests.sorted() : [])
        }
        if let digest, digest != image.digest { throw .otherDigest(expected: digest, found: image.digest) }
        return image
    }
}
