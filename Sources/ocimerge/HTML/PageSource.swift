/// One source of a page, as the report of its command knows it.
struct PageSource {
    /// As typed.
    let text: String
    /// `nil` if the images cannot be listed.
    var summary: SourceSummary?
    /// The findings of `verify`; `nil` for `inspect`.
    var report: VerifyReport?
    /// Why the source cannot be read; `nil` if it can.
    var failure: String?
    /// Warnings about the source, and why the images cannot be listed.
    var warnings: [String] = []
}
