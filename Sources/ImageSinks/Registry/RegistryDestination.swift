internal import ByteIO
package import ImageModel
package import ImagePlanning
internal import Registry

/// `docker://HOST/REPO[:TAG][@DIGEST]`
struct RegistryKind: DestinationKind {
    let prefix: String? = RegistryReference.scheme

    func accepts(_ path: String) -> Bool { false }

    func destination(
        _ path: String, _ text: String, _ options: DestinationOptions
    ) throws(DestinationError) -> any Destination {
        switch options.existing {
        case .refuse: break
        case .update: throw .noRegistryOption("--update")
        case .replace: throw .noRegistryOption("--force")
        }
        if options.volumeSize != nil { throw .noRegistryOption("--split") }
        return try RegistryDestination(parsing: text)
    }
}

/// A repository, and the names under which it will have an image.
package struct RegistryDestination: Destination, Equatable {
    package let repository: RepositoryName
    package var place: RepositoryName? { repository }
    /// If empty, the image is found by its digest alone.
    package private(set) var tags: [String]
    /// The digest that the image must have; `nil` if any will do.
    package let digest: Digest?
    /// Whether the tag is the implied `latest`.
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

    package var traits: DestinationTraits {
        var traits = DestinationTraits(.registry)
        (traits.needsWholeImages, traits.waitsForNetwork, traits.keepsNames) = (true, true, false)
        return traits
    }

    package func named(_ names: [ImageName]) throws(DestinationError) -> any Destination { try adding(names) }

    package func fitted(_ outcome: MergeOutcome) throws(DestinationError) -> FittedPlan {
        let plan = outcome.plan.withDistinctRoots
        let image = try image(of: plan.roots)
        return FittedPlan(outcome, plan: plan, registryNames: [image.digest: names])
    }

    package func makeSink(_ context: SinkContext) throws(SinkError) -> any ImageSink {
        let uploads = UploadOptions(chunkSize: context.chunkSize, ledger: .ofUser())
        if let shared = context.sharedSpool {
            return RegistrySink(
                self, context.registries, uploads, sharing: shared, asksForBlobs: context.asksForBlobs,
                sending: context.progress)
        }
        return RegistrySink(
            self, context.registries, uploads, temporary: SinkContext.temporaryDirectory,
            asksForBlobs: context.asksForBlobs, sending: context.progress)
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

    /// Complete, as an engine pulls the image: `registry.example/app:1.0`.
    package var names: [String] { tags.map { "\(repository):\($0)" } }

    /// The image that the tags name; there must be exactly one. Unnamed roots beside it belong to it: attestations,
    /// signatures.
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
