package import ByteIO
package import ImageModel

/// A destination cannot be what the user asks for. Facts only.
package enum DestinationError: Error, Sendable {
    case io(IOFailure)
    case exists(path: String)
    case notALayout(path: String)
    /// Something stands in the layout that is no part of one.
    case holdsMore(path: String, name: String)
    /// The layout describes itself a second time, for docker; an update would leave that behind.
    case isHybrid(path: String)
    case layoutVersion(path: String, found: String)
    /// `oci:PATH:TAG`, as skopeo writes a name.
    case namedDestination(path: String, name: BehindPath)
    /// Somebody else changed what stands there.
    case changed(path: String)
    case notADirectory(path: String)
    case notAFile(path: String)
    case archiveExists(path: String)
    case notSupported(String)
    /// Where skopeo writes to and we do not.
    case transport(String, name: String)
    /// What stands there is a link, and nothing is where it leads.
    case danglingLink(path: String)
    /// An archive is written once.
    case updatesNoArchive(path: String)
    /// A defect of ours: a blob for which the archive has no place.
    case unplanned(Digest)
    /// Only archives in files are written in volumes.
    case notSplit(path: String)
    /// What stands where a volume or their list shall be is no part of a set of volumes.
    case notOfVolumes(path: String)
    /// The place is taken to which what a killed run has left in `leftover` belongs.
    case leftoverWaits(path: String, leftover: String)
    case empty
    case parentMissing(path: String)
    /// A directory in skopeo's form holds one image: nothing can be added to it.
    case holdsOneImage(path: String)
    /// What stands where such a directory shall be.
    case imageExists(path: String)
    case notASkopeoDirectory(path: String)
    case skopeoDirectoryHoldsMore(path: String, name: String)
    /// The plan's roots are not the one image that such a directory holds. `unnamed`: those that only a digest chooses.
    case notOneImage(count: Int, names: [String], unnamed: [Digest] = [])
    case notSHA256(Digest)
    case nestedIndex(Digest)
    case unreadable(path: String, DocumentError)
    /// It should be the name of an image in a registry.
    case notAReference(String, ReferenceFlaw)
    /// A tag leads into another repository than the one where the result goes.
    case foreignTag(name: String, repository: RepositoryName)
    /// A tag names one image. `unnamed`: those that only a digest chooses.
    case severalForOneTag(count: Int, names: [String], unnamed: [Digest])
    /// The result is not what the destination says that it must be.
    case otherDigest(expected: Digest, found: Digest)
    /// In a registry a tag simply moves: there is nothing to add to, and nothing else to replace.
    case noRegistryOption(String)

    /// What stands behind the path of a destination where skopeo has a name.
    package enum BehindPath: Equatable, Sendable {
        case name(String)
        case tag(String)
    }

    /// The command line is wrong whatever stands on the disk.
    package var isUsage: Bool {
        switch self {
        case .namedDestination, .notSupported, .transport, .updatesNoArchive, .notSplit, .empty, .holdsOneImage,
            .notAReference, .foreignTag, .noRegistryOption:
            true
        default: false
        }
    }
}
