package import ByteIO
package import ImageModel

/// A finding of a verification and its place.
package struct Finding: Sendable {
    package enum Severity: String, Sendable, CaseIterable, Comparable {
        case note, warning, error

        package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package let problem: Problem
    package let place: DescriptorPath
    /// The root of the image; `nil` if the finding concerns the whole source.
    package let root: Digest?
    /// The digest of the affected content; `nil` if there is none.
    package let subject: Digest?
    /// The manifest of the only image that the finding concerns; `nil` if it concerns every image with the subject.
    package let image: Digest?
    /// The number of other descriptors that lead to the same damage.
    package let otherPlaces: Int

    init(
        _ problem: Problem, at place: DescriptorPath, root: Digest?, subject: Digest? = nil, image: Digest? = nil,
        otherPlaces: Int = 0
    ) {
        self.problem = problem
        self.place = place
        self.root = root
        self.subject = subject
        self.image = image
        self.otherPlaces = otherPlaces
    }

    package var severity: Severity { problem.severity }
}

/// The problems and notes that a verification reports.
package enum Problem: Sendable {
    case missing(MediaType)
    /// An absent child of an index, as of images of which only some platforms were pulled.
    case absentChild(Platform?)
    /// An attestation whose content was not pulled.
    case absentAttestation
    /// Absent content that may be stored elsewhere.
    case foreign
    /// Every image of the index is absent.
    case nothingPresent
    /// The number of missing blobs that may follow the end of a damaged archive.
    case unreached(Int)
    /// The number of blobs that an increment leaves out because its receiver has them.
    case leftOut(Int, bytes: Int64)
    case size(expected: Int64, found: Int64)
    case digest(expected: Digest, found: Digest)
    case unreadable(IOFailure)
    case damagedCompression(IOFailure)
    case mislabelled(declared: MediaType, actual: String)
    case notATar
    /// The content of the layer cannot be checked without its key. Its bytes were verified.
    case encrypted
    /// The tar of the layer is damaged after its first member.
    case brokenTar(TarError)
    case layerCount(layers: Int, diffIDs: Int)
    case diffID(expected: Digest, found: Digest)
    /// The bytes passed in a stream and were not hashed with the algorithm of this digest.
    case uncomputedDigest
    case uncomputedDiffID(Digest)
    /// The layers have the content that the config names, in another order.
    case layerOrder
    case platformMissing([String])
    case platformDisagrees(descriptor: Platform, config: Platform)
    case duplicatePlatform(Platform, other: DescriptorPath)
    /// Another image of the index has the same layers, for a platform that does not run the same programs.
    case sameLayers(Platform, other: Platform)
    case contradiction(declared: Platform, Evidence.Witness)
    case noEvidence(Evidence.Silence)
    case danglingAttestation(String)
    case invalidName(String)
    case ambiguousName(String, other: DescriptorPath)
    /// The names and the total size of blobs that no document refers to.
    case orphans([String], bytes: Int64)
    /// Files that are no part of any image format.
    case extras([String])
    /// A container of the image may not start.
    case start(StartFinding)

    var isNote: Bool { severity == .note }

    package var severity: Finding.Severity {
        switch self {
        case .start(let finding): finding.problem.severity
        case .absentChild, .absentAttestation, .foreign, .encrypted, .unreached, .leftOut, .noEvidence, .orphans,
            .extras, .sameLayers:
            .note
        default: .error
        }
    }
}
