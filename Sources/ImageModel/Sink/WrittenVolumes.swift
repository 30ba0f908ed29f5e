/// The pieces in which a result lies.
package struct WrittenVolumes: Sendable {
    package let count: Int
    /// The path by which a reader names them all.
    package let first: String

    package init(count: Int, first: String) {
        self.count = count
        self.first = first
    }
}
