package import ByteIO
package import ImageModel
package import ImagePlanning

/// A destination that is not possible as the user asks for it. Facts only.
package enum DestinationError: Error, Sendable {
    case io(IOFailure)
    /// The destination cannot take the plan.
    case plan(PlanError)
    case exists(path: String)
    case notALayout(path: String)
    /// The layout contains a file that does not belong to one.
    case holdsMore(path: String, name: String)
    /// The layout also has a `manifest.json` for docker, which an update would not change.
    case isHybrid(path: String)
    /// The `blobs` of the layout is a link. Readers of this program do not follow it.
    case linkedBlobs(path: String)
    case layoutVersion(path: String, found: String)
    /// `oci:PATH:TAG`, as skopeo writes a name.
    case namedDestination(path: String, name: BehindPath)
    /// Another program changed the destination.
    case changed(path: String)
    /// A text without a prefix that looks like the name of an image. `tag` is that name for `-t`; `nil` if it is none.
    case imageName(String, tag: String?, isReference: Bool)
    case notADirectory(path: String)
    case notAFile(path: String)
    case archiveExists(path: String)
    case notSupported(String)
    /// A transport of skopeo to which nothing is written here.
    case transport(String, name: String)
    /// A link whose target does not exist.
    case danglingLink(path: String)
    /// An archive cannot be updated.
    case updatesNoArchive(path: String)
    /// A defect of this program: the archive has no place for a blob.
    case unplanned(Digest)
    /// Only archives in files are written in volumes.
    case notSplit(path: String)
    /// A file at the path of a volume, or of the list of volumes, belongs to no set of volumes.
    case notOfVolumes(path: String)
    /// The path is occupied to which the content of `leftover` belongs, which a killed run has left.
    case leftoverWaits(path: String, leftover: String)
    case empty
    case parentMissing(path: String)
    /// A directory in skopeo's form holds one image: nothing can be added to it.
    case holdsOneImage(path: String)
    /// Such a directory exists.
    case imageExists(path: String)
    case notASkopeoDirectory(path: String)
    case skopeoDirectoryHoldsMore(path: String, name: String)
    /// The plan does not have exactly one image. Only a digest chooses the `unnamed` ones.
    case notOneImage(count: Int, names: [String], unnamed: [Digest] = [])
    case notSHA256(Digest)
    case nestedIndex(Digest)
    case unreadable(path: String, DocumentError)
    /// The text is not the name of an image in a registry.
    case notAReference(String, ReferenceFlaw)
    /// A tag of another repository than the destination.
    case foreignTag(name: String, repository: RepositoryName)
    /// A tag names one image, but the plan has several. Only a digest chooses the `unnamed` ones.
    case severalForOneTag(count: Int, names: [String], unnamed: [Digest])
    /// The result does not have the digest that the destination demands.
    case otherDigest(expected: Digest, found: Digest)
    /// An option without a meaning for a registry, where a tag simply moves.
    case noRegistryOption(String)

    /// The text behind the path of a destination, where skopeo has a name.
    package enum BehindPath: Equatable, Sendable {
        case name(String)
        case tag(String)
    }

    /// Whether a result stands at the destination already.
    package var isOccupied: Bool {
        switch self {
        case .exists, .archiveExists, .imageExists: true
        default: false
        }
    }

    /// Whether the command line is wrong, independent of the disk.
    package var isUsage: Bool {
        switch self {
        case .namedDestination, .imageName, .notSupported, .transport, .updatesNoArchive, .notSplit, .empty,
            .holdsOneImage,
            .notAReference, .foreignTag, .noRegistryOption:
            true
        default: false
        }
    }
}
