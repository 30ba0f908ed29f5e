internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The images of one source that a command line chooses by their platforms.
struct SelectedImages {
    let source: Source
    /// Empty: all platforms.
    let platforms: [Platform]

    /// Whether images for this platform are chosen.
    func takes(_ platform: Platform?) -> Bool {
        platforms.isEmpty || platforms.contains { wanted in platform.map(wanted.matches) ?? false }
    }

    private func all() throws(CommandError) -> [PlatformImage] {
        try CommandError.checked { () throws(PlanError) in try ImageFinder(source.graph).all().images }
    }

    /// At least one, if platforms are given.
    func images() throws(CommandError) -> [PlatformImage] {
        let all = try all()
        let images = all.filter { takes($0.platform) }
        if images.isEmpty, !platforms.isEmpty {
            throw CommandError(
                InspectError.noImage(source: source.reference.text, wanted: platforms, present: Self.platforms(of: all))
            )
        }
        return images
    }

    private static func platforms(of images: [PlatformImage]) -> [Platform] {
        Set(images.compactMap(\.platform)).sorted()
    }

    /// The document of the only image; with platforms, the manifest of the only image for them.
    func document() throws(CommandError) -> Document {
        let text = source.reference.text
        if platforms.isEmpty {
            let (roots, names) = roots()
            guard roots.count == 1, let digest = roots.first, let document = source.graph.documents[digest] else {
                throw CommandError(InspectError.severalImages(source: text, names: names))
            }
            return document
        }
        let images = try images()
        let digests = Set(images.map(\.manifest))
        guard let digest = digests.first, digests.count == 1, let document = source.graph.documents[digest] else {
            throw CommandError(
                InspectError.severalManifests(source: text, wanted: platforms, present: Self.platforms(of: images)))
        }
        return document
    }

    /// The digests of the top documents and the names that lead to them.
    private func roots() -> (digests: Set<Digest>, names: [String]) {
        let images = GraphContents(source.graph).images
        let roots = images.isEmpty ? source.graph.roots : images.flatMap(\.roots)
        let names = Set(roots.flatMap(\.labels)).map(\.description).sorted()
        return (Set(roots.map(\.descriptor.digest)), names)
    }

    /// The config of the only image.
    func config() throws(CommandError) -> Document {
        let images = try images()
        let digests = Set(images.compactMap { source.graph.manifest($0.manifest)?.config.digest })
        let text = source.reference.text
        guard let digest = digests.first, digests.count == 1 else {
            throw CommandError(
                InspectError.severalConfigs(source: text, wanted: platforms, present: Self.platforms(of: images)))
        }
        guard let document = source.graph.documents[digest] else {
            throw CommandError(InspectError.absentConfig(source: text, digest))
        }
        return document
    }

    /// The only image. Two descriptions of it, which have one config, count as one image.
    func image() throws(CommandError) -> PlatformImage {
        let images = try images()
        let keys = Set(images.map { source.graph.imageKey($0.manifest) })
        if let image = images.first, keys.count == 1 { return image }
        let text = source.reference.text
        let (roots, names) = roots()
        if roots.count > 1 { throw CommandError(InspectError.severalImages(source: text, names: names)) }
        if images.isEmpty { throw CommandError(InspectError.noImage(source: text, wanted: [], present: [])) }
        throw CommandError(
            InspectError.severalPlatforms(source: text, wanted: platforms, present: Self.platforms(of: images)))
    }
}

extension ImageGraph {
    /// The digest of the config, which two descriptions of one image share; else that of the document.
    func imageKey(_ manifest: Digest) -> Digest { self.manifest(manifest)?.config.digest ?? manifest }
}

/// Why `inspect` or `cat` cannot print an image.
enum InspectError: Error {
    case severalImages(source: String, names: [String])
    case severalManifests(source: String, wanted: [Platform], present: [Platform])
    case severalConfigs(source: String, wanted: [Platform], present: [Platform])
    /// A command that shows one platform.
    case severalPlatforms(source: String, wanted: [Platform], present: [Platform])
    /// No image is for the wanted platforms.
    case noImage(source: String, wanted: [Platform], present: [Platform])
    case absentConfig(source: String, Digest)
    case declaredPlatform(source: String, command: String)
}
