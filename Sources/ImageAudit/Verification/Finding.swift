package import ByteIO
package import ImageModel

/// One thing that verification found, and where.
package struct Finding: Sendable {
    package enum Severity: String, Sendable { case error, note }

    package let problem: Problem
    package let place: DescriptorPath
    /// What the image is reached from; nil: it concerns the source as a whole.
    package let root: Digest?
    /// The content that it is about.
    package let subject: Digest?
    /// How many other descriptors lead to the same damage.
    package let otherPlaces: Int

    init(_ problem: Problem, at place: DescriptorPath, root: Digest?, subject: Digest? = nil, otherPlaces: Int = 0) {
        self.problem = problem
        self.place = place
        self.root = root
        self.subject = subject
        self.otherPlaces = otherPlaces
    }

    package var severity: Severity { problem.isNote ? .note : .error }
}

/// What can be wrong, or merely worth saying: claim against computation.
package enum Problem: Sendable {
    case missing(MediaType)
    /// Named by an index below the top, as of images of which only some platforms were pulled.
    case absentChild(Platform?)
    /// An attestation whose content was not pulled.
    case absentAttestation
    /// It is rightly elsewhere.
    case foreign
    /// The index has images, and not one of them is here.
    case nothingPresent
    /// So many things are missing that may stand behind the damage of the archive.
    case unreached(Int)
    /// So many blobs are left out of an increment, whose receiver has them.
    case leftOut(Int, bytes: Int64)
    case size(expected: Int64, found: Int64)
    case digest(expected: Digest, found: Digest)
    case unreadable(IOFailure)
    case damagedCompression(IOFailure)
    case mislabelled(declared: MediaType, actual: String)
    case notATar
    /// It begins as a tar and stops being one.
    case brokenTar(TarError)
    case layerCount(layers: Int, diffIDs: Int)
    case diffID(expected: Digest, found: Digest)
    /// The bytes passed in a stream before anybody knew that this algorithm would be asked for.
    case uncomputedDigest
    case uncomputedDiffID(Digest)
    /// The content of the layers is what the config names, in another order.
    case layerOrder
    case platformMissing([String])
    case platformDisagrees(descriptor: Platform, config: Platform)
    case duplicatePlatform(Platform, other: DescriptorPath)
    case contradiction(declared: Platform, Evidence.Witness)
    case noEvidence(Evidence.Silence)
    case danglingAttestation(String)
    case invalidName(String)
    case ambiguousName(String, other: DescriptorPath)
    /// Nothing refers to these blobs; so many bytes together.
    case orphans([String], bytes: Int64)
    /// Files that are no part of any image format.
    case extras([String])

    var isNote: Bool {
        switch self {
        case .absentChild, .absentAttestation, .foreign, .unreached, .leftOut, .noEvidence, .orphans, .extras: true
        default: false
        }
    }
}
