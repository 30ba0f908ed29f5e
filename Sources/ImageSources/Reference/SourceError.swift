package import ByteIO
package import ImageModel
package import Registry

/// Why a source cannot be read or corrected. Facts only.
package enum SourceError: Error, Sendable {
    case noSuchPath(String)
    /// At least two.
    case noSuchPaths([String])
    /// `PLATFORM=SOURCE`, of which the source exists.
    case platformFirst(source: String, platform: String)
    case emptySelection(String)
    case tooLong(limit: Int)
    case malformedDigest(source: String, String)
    case malformedPlatform(source: String, String)
    /// The flaw is `nil` if `//` is missing behind `docker:`.
    case malformedReference(String, ReferenceFlaw?)
    /// The registry answers that it has no such image.
    case notInRegistry(RegistryReference)
    case registry(RegistryError)
    case standardInputTwice
    case standardInputIsTerminal
    case io(IOFailure)
    case tar(TarError)
    case member(MemberError)
    /// `imagesBelow` are folders in it that hold an image, relative to it; `isMore` if there may be others.
    case unknownFormat(path: String, imagesBelow: [String], isMore: Bool)
    /// The files in which docker-registry stores its repositories.
    case registryStorage(path: String)
    case wrongDialect(path: String, wanted: String, found: String)
    case rootFileSystem(path: String)
    case beforeManifests(path: String)
    case layoutVersion(path: String, found: String)
    case schema1(path: String, Digest)
    case document(path: String, member: String, DocumentError)
    case documentSize(path: String, member: String, expected: Int64, found: Int64)
    case documentTooLarge(path: String, member: String, limit: Int64)
    case documentsTooLarge(path: String, limit: Int64)
    case documentDigest(path: String, member: String, expected: Digest, found: Digest)
    /// Two descriptors name the content as different kinds.
    case severalTypes(path: String, Digest, MediaType, MediaType)
    case tooDeep(path: String, Digest)
    case missingMember(path: String, member: String)
    case layerDigest(path: String, member: String, expected: Digest, found: Digest)
    case layerCount(path: String, image: String, layers: Int, diffIDs: Int)
    case layerCompression(path: String, member: String, String)
    /// A list of the source, or the JSON of a v1 image, cannot be corrected.
    case edit(JSONEditError)
    case noImage(path: String)
    case noSuchImage(source: String, wanted: String, names: [String])
    case ambiguousName(source: String, wanted: String, names: [String])
}

/// A warning about a source.
package enum SourceNote: Equatable, Sendable {
    case absent(Digest, MediaType, Platform?)
    case layoutFileMissing
    case layerOrderMended(manifest: Digest)
    case layerRelabelled(Digest, declared: MediaType, actual: LayerCompression)
    /// Containerd's annotation of an entry does not name the image that `ref.name` names.
    case namesDisagree(ImageLabel, containerd: String)
}
