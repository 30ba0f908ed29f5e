/// One line of a destination's table of images: a descriptor and the name under which it is found.
package struct RootEntry: Sendable {
    package let descriptor: Descriptor
    /// The entry as it stands or stood in an index, without anything to be said about names.
    package let json: [UInt8]
    package let label: ImageLabel?
    /// false: the entry comes from an index and says of its name what it always said.
    package let isNamedHere: Bool
    /// It only speaks of another root.
    package let isReferrer: Bool

    package init(descriptor: Descriptor, json: [UInt8], label: ImageLabel?, isNamedHere: Bool, isReferrer: Bool = false)
    {
        self.descriptor = descriptor
        self.json = json
        self.label = label
        self.isNamedHere = isNamedHere
        self.isReferrer = isReferrer
    }

    /// As an index holds it.
    package init(_ entry: IndexView.Entry) {
        self.init(
            descriptor: entry.descriptor, json: entry.json,
            label: ImageLabel(annotations: entry.descriptor.annotations),
            isNamedHere: false)
    }

    /// The same entry with the annotations of `label`, and with no other name.
    func named(_ annotations: [String: String]) throws(JSONEditError) -> [UInt8] {
        let keys = [ImageLabel.containerdKey, ImageLabel.referenceKey]
        return try JSONEdit.applying(
            keys.map { JSONChange([.key("annotations"), .key($0)], to: annotations[$0].map(JSONText.string)) }, to: json
        )
    }

    /// Each name once, and each unnamed image once.
    package static func distinct(_ entries: [RootEntry]) -> [RootEntry] {
        var seen: Set<String> = []
        return entries.filter { seen.insert("\($0.descriptor.digest) \($0.label?.description ?? "")").inserted }
    }
}
