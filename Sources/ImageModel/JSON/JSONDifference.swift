/// One value that differs between two documents at the same place.
package struct JSONDifference: Sendable, Equatable {
    /// The place, such as `manifests[0].annotations["vnd.docker.reference.digest"]`.
    package let path: String
    /// The values as written; `nil` if the value is absent.
    package let old: [UInt8]?
    package let new: [UInt8]?

    package init(path: String, old: [UInt8]?, new: [UInt8]?) {
        self.path = path
        self.old = old
        self.new = new
    }

    /// Compares members by their names and elements by their positions. A value with more than `limit` differences, or
    /// with a very long path, is one difference.
    package static func between(_ old: [UInt8], _ new: [UInt8]) throws(JSONError) -> [JSONDifference] {
        var found: [JSONDifference] = []
        compare(try JSONDocument(parsing: old).root, try JSONDocument(parsing: new).root, at: "", &found)
        return found
    }

    static let limit = 10_000
    private static let longestPath = 1000

    private static func compare(
        _ old: JSONValue, _ new: JSONValue, at path: String, _ found: inout [JSONDifference]
    ) {
        if old.rawBytes == new.rawBytes { return }
        let start = found.count
        if path.utf8.count <= longestPath, compareContents(old, new, at: path, &found), found.count - start <= limit {
            return
        }
        found.removeSubrange(start...)
        found.append(JSONDifference(path: path, old: Array(old.rawBytes), new: Array(new.rawBytes)))
    }

    /// Returns `false` if the values are neither two objects nor two arrays. Ends early above the limit.
    private static func compareContents(
        _ old: JSONValue, _ new: JSONValue, at path: String, _ found: inout [JSONDifference]
    ) -> Bool {
        let start = found.count
        if old.kind == .object, new.kind == .object {
            let (before, after) = (byName(old), byName(new))
            let added = new.members.map(\.key).filter { before[Array($0.utf8)] == nil }
            for name in old.members.map(\.key) + added {
                let key = Array(name.utf8)
                pair(before[key], after[key], at: path + member(name, isFirst: path.isEmpty), &found)
                if found.count - start > limit { break }
            }
            return true
        }
        if old.kind == .array, new.kind == .array {
            let (before, after) = (old.elements, new.elements)
            for number in 0..<max(before.count, after.count) {
                pair(
                    number < before.count ? before[number] : nil, number < after.count ? after[number] : nil,
                    at: "\(path)[\(number)]", &found)
                if found.count - start > limit { break }
            }
            return true
        }
        return false
    }

    /// Names are compared as bytes, not by Unicode equivalence.
    private static func byName(_ object: JSONValue) -> [[UInt8]: JSONValue] {
        Dictionary(object.members.map { (Array($0.key.utf8), $0.value) }) { first, _ in first }
    }

    private static func pair(_ old: JSONValue?, _ new: JSONValue?, at path: String, _ found: inout [JSONDifference]) {
        if let old, let new { return compare(old, new, at: path, &found) }
        found.append(
            JSONDifference(path: path, old: old.map { Array($0.rawBytes) }, new: new.map { Array($0.rawBytes) }))
    }

    private static func member(_ name: String, isFirst: Bool) -> String {
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        if !isPlain { return "[" + String(decoding: JSONText.string(name).bytes, as: UTF8.self) + "]" }
        return isFirst ? name : "." + name
    }
}
