/// What an archive says of itself that leaves out what its receiver has: an annotation of its `index.json`, which every
/// other reader passes over.
package enum Increment {
    package static let key = "io.ocimerge.increment"
    package static let value = "true"

    package static func isMarked(_ index: IndexView) -> Bool { index.annotations[key] == value }
}
