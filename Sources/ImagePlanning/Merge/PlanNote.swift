package import ImageModel

/// A note on a plan that is no error.
package enum PlanNote: Hashable, Sendable {
    /// An index names an image that is absent. A merge leaves it out; a copy lacks it as the source does.
    case incomplete(source: String, Digest, Platform?, isCopied: Bool)
    /// An image is written without content that it needs, as the options allow.
    case writtenIncomplete(source: String, Digest, MergeConflict.Missing, Platform?)
    case attestationDropped(source: String, Digest, isIncomplete: Bool)
    case attestationOutdated(source: String, Platform)
    /// A document that refers to the digest that an image had before an edit.
    case referrerOutdated(source: String, Digest, subject: Digest)
    /// A referrer that stays behind although its subject is written. `type` is the type of the artifact.
    case referrerLeft(source: String, Digest, subject: Digest, type: String)
    /// A referrer that stays behind because its subject is not written.
    case referrerStays(source: String, Digest, subject: Digest)
    case signatureOutdated(source: String, name: String, subject: Digest)
    /// Manifests in docker's lists that docker's format cannot express, so that they stay in OCI's.
    case notConverted(count: Int)
    case configDisagrees(source: String, config: Platform, descriptor: Platform, isCopied: Bool)
    case onlyInOne(name: String, source: String)
    /// Images of one index have the same layers, although their platforms do not run the same programs.
    case sameLayers([Platform])
    /// Every source has names, but none is common to all: the result has no name.
    case noCommonName([String])
    /// A name without an image for a chosen platform.
    case nameLeftOut(String)
    /// A root that the source names and lacks.
    case rootAbsent(source: String, Digest)
    case notAnImage(source: String, Digest)
    /// Layers whose content the receiver has in another compression.
    case reusable(layers: Int, bytes: Int64)
    /// In an archive: an image without a name, which engines cannot find.
    case unnamedInArchive(Digest)
    /// In an archive: an image that has only a name by its digest, which docker does not take.
    case pinnedInArchive(Digest)
    /// In an archive: an image that engines cannot load that read docker's description alone.
    case notForDocker(Digest)
    /// In an archive: layers in a compression that older engines do not support.
    case zstandardInArchive(Digest)
    /// Names that are lost because the directory holds one image without a name.
    case namesLost([String])
    /// Content that an archive of that kind cannot hold.
    case notInDockerArchive(Digest)
    /// A layer that cannot be compressed that way, or of an unknown kind.
    case layerKept(MediaType, LayerCompression)
    /// A layer whose descriptor has `urls` or `data`: they hold the same bytes.
    case layerElsewhere(MediaType, LayerCompression)

    /// An index and the config of an image state different platforms.
    static func disagreements(
        in images: [PlatformImage], of inputs: [MergeInput], areCopied: Bool
    ) -> [PlanNote] {
        images.compactMap { image in
            guard let stated = image.descriptor.platform?.normalized, let platform = image.platform?.normalized,
                (stated.os, stated.architecture, stated.variant)
                    != (platform.os, platform.architecture, platform.variant)
                    || platform.disagreesInBuild(with: stated)
            else { return nil }
            return .configDisagrees(
                source: inputs[image.source].source, config: platform, descriptor: stated, isCopied: areCopied)
        }
    }

    /// An image that was pushed twice under two platforms, by mistake or because it contains only data.
    static func sameLayers(of images: [PlatformImage], in inputs: [MergeInput]) -> [PlanNote] {
        var platforms: [[Digest]: Set<Platform>] = [:]
        for image in images {
            let layers = inputs[image.source].graph.manifest(image.manifest)?.layers.map(\.digest) ?? []
            guard let platform = image.platform?.normalized, !layers.isEmpty else { continue }
            platforms[layers, default: []].insert(platform)
        }
        return platforms.values.map { $0.sorted() }.filter { list in
            list.contains { !$0.runsSamePrograms(as: list[0]) }
        }.sorted { $0[0] < $1[0] }.map(PlanNote.sameLayers)
    }
}
