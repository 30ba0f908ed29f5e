/// Refuses objects with two members of one name, because readers disagree on which one counts. Members with the same
/// bytes as value are accepted: there the choice does not matter. Names are compared as text, after unescaping.
enum JSONUniqueNames {
    /// Below this number of members, comparing all pairs is faster than sorting.
    private static let fewMembers = 16

    static func check(_ object: Int, _ nodes: [JSONNode], _ bytes: [UInt8]) throws(JSONError) {
        let end = Int(nodes[object].next)
        var count = 0
        var anyEscaped = false
        var name = object + 1
        while name < end {
            count += 1
            anyEscaped = anyEscaped || nodes[name].isEscaped
            name = Int(nodes[name + 1].next)
        }
        if count < 2 { return }
        if count <= fewMembers, !anyEscaped {
            try checkPairs(object, end, nodes, bytes)
        } else {
            try checkSorted(object, end, count, nodes, bytes)
        }
    }

    private static func checkPairs(
        _ object: Int, _ end: Int, _ nodes: [JSONNode], _ bytes: [UInt8]
    ) throws(JSONError) {
        var second = Int(nodes[object + 2].next)
        while second < end {
            var first = object + 1
            while first < second {
                if sameBytes(nodes[first].range, nodes[second].range, bytes) {
                    try requireSameValue(first, second, nodes, bytes)
                }
                first = Int(nodes[first + 1].next)
            }
            second = Int(nodes[second + 1].next)
        }
    }

    private struct Name {
        var range: Range<Int>
        var node: Int
    }

    /// Sorting avoids quadratic time without trusting a hash.
    private static func checkSorted(
        _ object: Int, _ end: Int, _ count: Int, _ nodes: [JSONNode], _ bytes: [UInt8]
    ) throws(JSONError) {
        var texts: [UInt8] = []
        var names: [Name] = []
        names.reserveCapacity(count)
        var node = object + 1
        while node < end {
            let start = texts.count
            JSONUnescape.append(bytes[nodes[node].content], to: &texts)
            names.append(Name(range: start..<texts.count, node: node))
            node = Int(nodes[node + 1].next)
        }
        names.sort { left, right in
            let order = compare(left.range, right.range, texts)
            return order == 0 ? left.node < right.node : order < 0
        }
        for index in names.indices.dropFirst() {
            let (first, second) = (names[index - 1], names[index])
            if sameBytes(first.range, second.range, texts) {
                try requireSameValue(first.node, second.node, nodes, bytes)
            }
        }
    }

    private static func requireSameValue(
        _ first: Int, _ second: Int, _ nodes: [JSONNode], _ bytes: [UInt8]
    ) throws(JSONError) {
        guard !sameBytes(nodes[first + 1].range, nodes[second + 1].range, bytes) else { return }
        var text: [UInt8] = []
        JSONUnescape.append(bytes[nodes[second].content], to: &text)
        let name = String(decoding: text, as: UTF8.self)
        throw JSONError(offset: Int(nodes[second].start), reason: .duplicateKey(name))
    }

    private static func sameBytes(_ left: Range<Int>, _ right: Range<Int>, _ bytes: [UInt8]) -> Bool {
        left.count == right.count && compare(left, right, bytes) == 0
    }

    private static func compare(_ left: Range<Int>, _ right: Range<Int>, _ bytes: [UInt8]) -> Int {
        let text = bytes.span
        for step in 0..<min(left.count, right.count) {
            let (one, other) = (text[left.lowerBound + step], text[right.lowerBound + step])
            if one != other { return one < other ? -1 : 1 }
        }
        return left.count - right.count
    }
}
