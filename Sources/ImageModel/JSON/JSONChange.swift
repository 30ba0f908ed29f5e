/// What shall stand at a place of a document; no value: the member, or element, shall be gone.
package struct JSONChange: Sendable, Equatable {
    package var path: [JSONStep]
    package var value: JSONText?

    package init(_ path: [JSONStep], to value: JSONText?) {
        self.path = path
        self.value = value
    }
}
