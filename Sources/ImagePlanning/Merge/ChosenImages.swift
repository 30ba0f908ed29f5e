internal import ImageModel

/// Collects the images that become one index: those for the wanted platforms, complete, with complete attestations.
struct ChosenImages {
    private let inputs: [MergeInput]
    private let options: MergeOptions
    private let finders: [ImageFinder]
    private let completeness: Completeness
    /// What was left out.
    private(set) var notes: [PlanNote] = []
    /// The wanted platforms for which no image was found so far.
    private(set) var unmatched: Set<Platform>

    init(_ inputs: [MergeInput], _ options: MergeOptions, _ finders: [ImageFinder], _ completeness: Completeness) {
        self.inputs = inputs
        self.options = options
        self.finders = finders
        self.completeness = completeness
        unmatched = Set(options.platforms)
    }

    /// Throws if an image lacks content. Images whose manifest is absent are left out with a note.
    mutating func images(of parts: [MergeNaming.Part]) throws(PlanError) -> [PlatformImage] {
        var kept: [PlatformImage] = []
        for part in parts {
            let source = inputs[part.source].source
            let found = try finders[part.source].below(part.roots)
            notes += found.others.map { .notAnImage(source: source, $0.digest) }
            notes += found.absent.map { .incomplete(source: source, $0.digest, $0.platform, isCopied: false) }
            if found.images.isEmpty { throw .conflict(.nothingToMerge(source: source)) }
            for image in select(found.images) {
                if let missing = completeness.missing(image.descriptor), !options.allowsIncomplete {
                    throw .conflict(.missing(source: source, digest: missing.digest, what: missing.what))
                }
                kept.append(withCompleteAttestations(image))
            }
        }
        return kept
    }

    /// The images for the wanted platforms; all if none is wanted in particular.
    mutating func select(_ images: [PlatformImage]) -> [PlatformImage] {
        guard !options.platforms.isEmpty else { return images }
        return images.filter { image in
            guard let platform = image.platform?.normalized else { return false }
            let matching = options.platforms.filter { $0.matches(platform) }
            unmatched.subtract(matching)
            return !matching.isEmpty
        }
    }

    private mutating func withCompleteAttestations(_ image: PlatformImage) -> PlatformImage {
        var image = image
        let source = inputs[image.source].source
        image.attestations = image.attestations.filter { entry in
            guard completeness.missing(entry.descriptor) != nil else { return true }
            notes.append(.attestationDropped(source: source, entry.descriptor.digest, isIncomplete: true))
            return false
        }
        return image
    }
}
