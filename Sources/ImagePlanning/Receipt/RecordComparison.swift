package import ImageModel

/// What some sources hold, to be compared with the images that are expected.
package struct FoundImages: Sendable {
    package private(set) var records = ImageRecords()
    /// The names of images in registries. They may be below a prefix, as `push --all` writes them.
    private var registryNames: Set<String> = []
    /// The digests of all documents that are there, also of those that are no root.
    private var held: Set<Digest> = []

    package init() {}

    package mutating func add(_ graph: ImageGraph, isRegistry: Bool = false) {
        records.add([graph])
        held.formUnion(graph.documents.keys)
        guard isRegistry else { return }
        registryNames.formUnion(graph.roots.flatMap(\.labels).map(\.description))
    }

    /// The differences from `expected`, in its order; behind them what is not expected.
    package func differences(from expected: ImageRecords) -> [RecordDifference] {
        var found = FoundNames(records.images + records.artifacts, registryNames, expected: expected)
        var differences: [RecordDifference] = []
        for record in expected.images + expected.artifacts {
            differences += record.names.isEmpty ? found.unnamed(record, held) : found.named(record, held)
        }
        return differences + found.unexpected
    }
}

/// The found records by their names and digests, and those that were expected.
private struct FoundNames {
    private let records: [ImageRecord]
    private var byName: [String: [Int]] = [:]
    private var byDigest: [Digest: Int] = [:]
    /// Records in registries that are not expected by their names: by tag, and by the last component with the tag.
    private var byTag: [String: [(name: ImageName, number: Int)]] = [:]
    private var byEnd: [String: [(name: ImageName, number: Int)]] = [:]
    /// The registry and the repository below which images were pushed: that of most names. `nil` if no name is below one.
    private var prefix: String?
    private var usedRecords: Set<Int> = []
    private var usedNames: Set<String> = []
    /// The names below the prefix that were found in the place of expected ones.
    private var placed: Set<String> = []

    init(_ records: [ImageRecord], _ registryNames: Set<String>, expected: ImageRecords) {
        self.records = records
        let wanted = Set((expected.images + expected.artifacts).flatMap(\.names))
        for (number, record) in records.enumerated() {
            byDigest[record.digest] = number
            for name in record.names {
                byName[name, default: []].append(number)
                guard registryNames.contains(name), !wanted.contains(name), let parsed = ImageName(parsing: name)
                else { continue }
                byTag[parsed.tag, default: []].append((parsed, number))
                byEnd[Self.end(of: parsed), default: []].append((parsed, number))
            }
        }
        var counts: [String: Int] = [:]
        for name in wanted { for found in belowPrefixes(name) { counts[found.prefix, default: 0] += 1 } }
        prefix = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Compares a record without a name.
    mutating func unnamed(_ record: ImageRecord, _ held: Set<Digest>) -> [RecordDifference] {
        guard let number = byDigest[record.digest] else {
            if record.artifact != nil, held.contains(record.digest) { return [] }
            return [RecordDifference(.missing(present: nil), of: record, name: nil)]
        }
        use(number)
        return record.differences(to: records[number], name: nil)
    }

    /// Compares each name of a record.
    mutating func named(_ record: ImageRecord, _ held: Set<Digest>) -> [RecordDifference] {
        var differences: [RecordDifference] = []
        var compared: Set<Int> = []
        for name in record.names {
            guard let number = number(of: record, name) else {
                // The referrers of an image have no name of their own in a registry.
                if record.artifact?.subject != nil, held.contains(record.digest) { continue }
                let present = byDigest[record.digest]
                present.map { use($0) }
                let names = present.map { records[$0].names }
                differences.append(RecordDifference(.missing(present: names), of: record, name: name))
                continue
            }
            let isFirst = compared.insert(number).inserted
            differences += record.differences(to: records[number], name: name, lists: isFirst)
        }
        return differences
    }

    /// The record in the place of `name`; `nil` if there is none. The expected digest is preferred.
    private mutating func number(of record: ImageRecord, _ name: String) -> Int? {
        if let numbers = byName[name] {
            let number = numbers.first { records[$0].digest == record.digest } ?? numbers[0]
            use(number, name)
            return number
        }
        // One image cannot be in the place of two names.
        let below = belowPrefixes(name).filter { $0.prefix == prefix && !placed.contains($0.name.full) }
        let same = below.first { records[$0.number].digest == record.digest }
        guard let found = same ?? (ImageLabel(reference: name).isFull ? below.first : nil) else { return nil }
        placed.insert(found.name.full)
        use(found.number, found.name.full)
        return found.number
    }

    /// The records in registries whose names may be `name` below a prefix, by the rule of `PushTargets`.
    private func belowPrefixes(_ name: String) -> [(name: ImageName, number: Int, prefix: String)] {
        switch ImageLabel(reference: name) {
        case .plain(let tag):
            return (byTag[tag] ?? []).map { ($0.name, $0.number, "\($0.name.domain)/\($0.name.path)") }
        case .full(let wanted):
            let end = "/" + PushTargets.path(of: wanted)
            return (byEnd[Self.end(of: wanted)] ?? []).compactMap { found in
                let repository = "\(found.name.domain)/\(found.name.path)"
                guard repository.hasSuffix(end) else { return nil }
                return (found.name, found.number, String(repository.dropLast(end.count)))
            }
        }
    }

    private static func end(of name: ImageName) -> String {
        "\(name.path.split(separator: "/").last ?? ""):\(name.tag)"
    }

    private mutating func use(_ number: Int, _ name: String? = nil) {
        usedRecords.insert(number)
        if let name { usedNames.insert(name) } else { usedNames.formUnion(records[number].names) }
    }

    /// One difference for each name that was not used, and for each record without a name.
    var unexpected: [RecordDifference] {
        records.enumerated().flatMap { number, record in
            if record.names.isEmpty {
                return usedRecords.contains(number) ? [] : [RecordDifference(.unexpected, of: record, name: nil)]
            }
            return record.names.filter { !usedNames.contains($0) }.map {
                RecordDifference(.unexpected, of: record, name: $0)
            }
        }
    }
}

extension ImageLabel {
    fileprivate var isFull: Bool { if case .full = self { true } else { false } }
}
