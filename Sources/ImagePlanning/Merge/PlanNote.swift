package import ImageModel

/// Said, but no reason to stop.
package enum MergeNote: Hashable, Sendable {
    /// Some of it is not in the source, so the result does without it (merge) or is as incomplete (copy).
    case incomplete(source: String, Digest, Platform?, isCopied: Bool)
    case attestationDropped(source: String, Digest, isIncomplete: Bool)
    case attestationOutdated(source: String, Platform)
    /// A document that speaks of the digest that an image had before it was edited.
    case referrerOutdated(source: String, Digest, subject: Digest)
    /// It was asked to follow, and what it speaks of is not written.
    case referrerStays(source: String, Digest, subject: Digest)
    case signatureOutdated(source: String, name: String, subject: Digest)
    /// Manifests in docker's lists that have no form there, and so are still OCI's.
    case notConverted(count: Int)
    case configDisagrees(source: String, config: Platform, descriptor: Platform, isCopied: Bool)
    case onlyInOne(name: String, source: String)
    /// A name for which no chosen platform has an image.
    case nameLeftOut(String)
    /// A root of the source that is not in it.
    case rootAbsent(source: String, Digest)
    case notAnImage(source: String, Digest)
    /// The receiver has their content in another compression.
    case reusable(layers: Int, bytes: Int64)
    /// In an archive: engines find images by their names alone.
    case unnamedInArchive(Digest)
    /// In an archive: nothing in it that an engine could load which knows docker's description alone.
    case notForDocker(Digest)
    /// In an archive: older engines do not know the compression.
    case zstandardInArchive(Digest)
    /// In a directory that holds one image and no name.
    case namesLost([String])
    /// What an archive of that kind has no place for.
    case notInDockerArchive(Digest)
    /// No such layer can be compressed that way, or nobody knows what it is.
    case layerKept(MediaType, LayerCompression)
    /// Other places are told to hold the same bytes.
    case layerElsewhere(MediaType, LayerCompression)

    /// Where an index and the config of an image tell different platforms.
    static func disagreements(
        in images: [PlatformImage], of inputs: [MergeInput], areCopied: Bool
    ) -> [MergeNote] {
        images.compactMap { image in
            guard let stated = image.descriptor.platform?.normalized, let platform = image.platform?.normalized,
                (stated.os, stated.architecture, stated.variant)
                    != (platform.os, platform.architecture, platform.variant)
            else { return nil }
            return .configDisagrees(
                source: inputs[image.source].source, config: platform, descriptor: stated, isCopied: areCopied)
        }
    }
}
