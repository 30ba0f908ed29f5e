internal import ImageModel
internal import ImageSources

/// A line of a list.
struct ListLine: Sendable, Equatable {
    let file: String
    let line: Int
}

/// Why one of many sources cannot be used. Facts only.
struct SourceProblem: Error {
    enum Reason: Sendable {
        case unreadable(SourceError)
        case platforms([Platform], present: [Platform], image: String?)
        /// The digest that the user states is that of an index, of which only some images are wanted.
        /// `canBeSparse`: whether the command has the option --sparse.
        case digestWouldChange(Digest, canBeSparse: Bool)
        /// The result would have the image with another digest than the one that the user states.
        case digestChanges(Digest)
        /// A name leads to another digest than the one that the user states for it.
        case otherDigest(name: String, stated: Digest, found: Digest)
        /// A list gives one name to several images.
        case nameForSeveral(count: Int)
        case renaming(RenamingError)
        /// The lock file does not have the reference.
        case notLocked(lock: String)
        /// The tag leads to another digest than in the lock file.
        case moved(locked: Digest, found: Digest)
    }

    let source: String
    /// Empty if the source was typed.
    let lines: [ListLine]
    let reason: Reason

    init(source: String, lines: [ListLine], _ reason: Reason) {
        self.source = source
        self.lines = lines
        self.reason = reason
    }

    /// Whether the image or a platform does not exist, which is not an error in reading it.
    var isAbsence: Bool {
        switch reason {
        case .unreadable(.notInRegistry), .unreadable(.noSuchPath), .platforms: true
        default: false
        }
    }
}

/// All problems of many sources.
struct SourceProblems: Error {
    let problems: [SourceProblem]
    /// The number of sources that were skipped; all of them if there are no problems.
    let skipped: Int
}
