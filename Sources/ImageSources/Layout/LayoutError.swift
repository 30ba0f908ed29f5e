package import ImageModel

/// Something that is done to layouts alone was asked of something else, or of the wrong part of one. Facts only.
package enum LayoutError: Error, Sendable {
    case notADirectory(source: String)
    case inRegistry(source: String)
    /// nil: nothing that we know.
    case otherDialect(source: String, found: String?)
    /// No `oci-layout`: whoever removes something must be sure.
    case unmarked(source: String)
    /// It describes itself a second time, for docker.
    case isHybrid(source: String)
    /// No entry of `index.json` leads there directly.
    case noEntry(source: String, Digest)
    /// What is about a layout as a whole was asked of one image.
    case selection(source: String)
    /// What is about one image was asked of a layout as a whole.
    case noSelection(source: String)
    case declaredPlatform(source: String)
    case severalLayouts(String, String)

    /// The command line is wrong, not the world.
    package var isUsage: Bool {
        switch self {
        case .notADirectory, .inRegistry, .selection, .noSelection, .declaredPlatform, .severalLayouts: true
        case .otherDialect, .unmarked, .isHybrid, .noEntry: false
        }
    }
}
