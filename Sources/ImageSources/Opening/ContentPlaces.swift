internal import ImageModel

/// Where content stands by its digest: in files, or in a registry.
protocol ContentPlaces: Sendable {
    /// The source as a user knows it, for errors.
    var path: String { get }
    func content(of descriptor: Descriptor, as role: ContentRole) throws(SourceError) -> PlacedContent
    /// These will be asked for next, and what they in turn name.
    func expect(_ children: [Descriptor]) throws(SourceError)
}
