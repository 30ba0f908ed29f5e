/// The results of examining the files of an image.
package struct Examination: Sendable, Equatable {
    package let evidence: Evidence
    /// `nil` if the start was not checked.
    package var start: StartReport?

    package init(evidence: Evidence, start: StartReport? = nil) {
        self.evidence = evidence
        self.start = start
    }

    /// Of an image whose layers cannot be read.
    static let unreadable = Examination(evidence: Evidence(witnesses: [], silence: .unreadable))
}
