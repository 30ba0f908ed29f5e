internal import ByteIO
package import ImageModel

/// A defect of a source that leaves the rest of it readable.
package struct SourceDefect: Sendable {
    /// The content that is absent or differs from its descriptor; `nil` if the defect is elsewhere.
    package let subject: Digest?
    /// Where it was found; empty if only the descriptors of the subject tell.
    package let place: DescriptorPath
    package let error: SourceError
}

/// The defects that readers report. A survey records them and reading continues; otherwise the first defect is thrown.
final class DefectLog {
    let isSurvey: Bool
    /// Whether the reader keeps the file of each content, for reports that name it.
    let namesFiles: Bool
    private(set) var defects: [SourceDefect] = []
    /// Whether a defect hides parts of the source: content that seems unused may be needed there.
    private(set) var hidesContent = false
    private var subjects: Set<Digest> = []

    /// A survey names files unless `namesFiles` is false.
    init(isSurvey: Bool, namesFiles: Bool = true) {
        self.isSurvey = isSurvey
        self.namesFiles = isSurvey && namesFiles
    }

    /// Records one defect per subject, without those that follow from it.
    func note(
        _ error: SourceError, of subject: Digest? = nil, at place: DescriptorPath = DescriptorPath(),
        hides: Bool = true
    ) throws(SourceError) {
        guard isSurvey, error.isTolerable else { throw error }
        if hides { hidesContent = true }
        if let subject, !subjects.insert(subject).inserted { return }
        defects.append(SourceDefect(subject: subject, place: place, error: error))
    }

    func tolerating<R>(
        _ subject: Digest? = nil, at place: DescriptorPath = DescriptorPath(), hides: Bool = true,
        _ body: () throws(SourceError) -> R
    ) throws(SourceError) -> R? {
        do throws(SourceError) { return try body() } catch {
            try note(error, of: subject, at: place, hides: hides)
            return nil
        }
    }
}

extension SourceError {
    /// Whether the rest of the source is readable.
    var isTolerable: Bool {
        switch self {
        case .io(let failure): failure.cause != .interrupted
        // The error of one document; the registry answers.
        case .registry(let error): error.concernsContent
        // The only root of a `dir:` is of a kind that is refused by name.
        case .document(_, "manifest.json", .schema1): false
        case .tar(.failed(let failure)), .member(.failed(let failure)): failure.cause != .interrupted
        case .tar, .member, .layoutVersion, .schema1, .document, .documentSize, .documentTooLarge, .documentsTooLarge,
            .documentDigest, .severalTypes, .tooDeep, .missingMember, .layerDigest, .layerCount, .layerCompression:
            true
        case .noSuchPath, .noSuchPaths, .platformFirst, .emptySelection, .tooLong, .malformedDigest, .malformedPlatform,
            .malformedReference,
            .notInRegistry,
            .standardInputTwice, .standardInputIsTerminal, .unknownFormat, .registryStorage, .wrongDialect,
            .rootFileSystem,
            .beforeManifests, .edit, .noImage, .noSuchImage, .ambiguousName:
            false
        }
    }
}

/// The memory that the documents of one source may take together. A document that is held counts once, however often it
/// is listed.
struct DocumentBudget {
    private static let total: Int64 = 256 << 20
    /// A descriptor costs more in memory than its text; a short one, three times as much.
    private static let descriptorCost: Int64 = 256
    private var left = total

    /// The caller counts each document once.
    mutating func spend(_ document: Document, path: String) throws(SourceError) {
        left -= Int64(document.bytes.count) + Int64(document.descriptorCount) * Self.descriptorCost
        guard left >= 0 else { throw .documentsTooLarge(path: path, limit: Self.total) }
    }
}

/// Limits of what is read into memory from untrusted sources.
enum Limits {
    static let document = DocumentLimits.document
    static let topDocument = DocumentLimits.top
    static let indexDepth = 8
}
