package import ImageModel

/// Why a plan cannot be made. Each case is an error with a sentence of its own.
package enum PlanError: Error, Equatable, Sendable {
    case conflict(MergeConflict)
    case fix(FixConflict)
    case push(PushConflict)
    case missing(MissingBlobs)
    case graph(GraphError)
    case document(DocumentError)
    case edit(JSONEditError)
    case json(JSONError)
}

/// Why a request for sound sources cannot be met.
package enum MergeConflict: Error, Equatable, Sendable {
    package enum Missing: Equatable, Sendable { case manifest, config, layer }

    case samePlatform(Platform, one: String, other: String, image: String?)
    case noPlatform(source: String, Digest)
    case declaredForSeveral(source: String, platforms: [Platform])
    case missing(source: String, digest: Digest, what: Missing)
    case size(source: String, blob: Digest, stated: Int64, found: Int64)
    case nothingToMerge(source: String)
    /// An index of which no image is present.
    case nothingPresent(source: String, index: Digest)
    case platformAbsent(wanted: Platform, present: [Platform])
    case severalImages(count: Int, names: [String])
    case unnamedAmongNamed(source: String)
    /// One of several images that are packed has no name.
    case unnamedInPack(source: String, Digest)
    /// A name is given, and there is more than one image.
    case tagForSeveral(count: Int, names: [String])
    /// Two artifacts, or an image and an artifact, have one name.
    case sameName(String, one: String, other: String)
    case unnamedUpdate
    /// A docker archive holds one image for each name.
    case severalPlatforms(image: Digest, platforms: [Platform])
    /// Docker loads no image without its layers.
    case notForDocker(image: Digest)
    case zstandardForDocker(source: String, layer: Digest)
    /// The document would be too large to be read again. `names` is the number of its entries.
    case documentTooLarge(String, bytes: Int64, names: Int?, limit: Int64)
    /// No archive can hold the sizes that the manifests claim.
    case tooLargeForArchive(bytes: Int64, limit: Int64)
}

extension MergeConflict {
    /// Refuses a list of images that no reader accepts.
    package static func checkListSize(_ name: String, bytes: Int64, names: Int) throws(PlanError) {
        guard bytes > DocumentLimits.top else { return }
        throw .conflict(.documentTooLarge(name, bytes: bytes, names: names, limit: DocumentLimits.top))
    }
}
