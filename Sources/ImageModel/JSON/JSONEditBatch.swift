/// Changes that cannot disturb each other, made in one parse: ten thousand layers of one manifest are relabelled in the
/// time of a few.
struct JSONEditBatch {
    private(set) var document: JSONDocument
    private var replacements: [JSONReplacement] = []
    private var paths: Set<[JSONStep]> = []
    private var prefixes: Set<[JSONStep]> = []
    private var arrays: [Int: [JSONValue]] = [:]

    init(_ document: JSONDocument) { self.document = document }

    var isEmpty: Bool { replacements.isEmpty }

    /// The change is about something that the batch changes already, or about a part or the whole of it.
    func overlaps(_ change: JSONChange) -> Bool {
        if paths.contains(change.path) || prefixes.contains(change.path) { return true }
        return change.path.indices.contains { paths.contains(Array(change.path[..<$0])) }
    }

    mutating func add(_ change: JSONChange, _ new: [JSONReplacement]) {
        replacements += new
        paths.insert(change.path)
        for end in change.path.indices { prefixes.insert(Array(change.path[..<end])) }
    }

    mutating func apply() throws(JSONEditError) {
        if !replacements.isEmpty {
            replacements.sort { $0.range.lowerBound < $1.range.lowerBound }
            document = try JSONEdit.parse(JSONReplacement.applying(replacements, to: document.bytes))
        }
        (replacements, paths, prefixes, arrays) = ([], [], [], [:])
    }

    mutating func elements(of array: JSONValue) -> [JSONValue] {
        if let known = arrays[array.range.lowerBound] { return known }
        let elements = array.elements
        arrays[array.range.lowerBound] = elements
        return elements
    }
}
