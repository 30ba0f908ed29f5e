/// A command line with valid grammar: known flags, values where required, the right number of positionals. Requests
/// parse the values.
struct ParsedArguments: Sendable, Equatable {
    let command: String
    /// By long name, values in the order given; "" stands for a flag without a value.
    let options: [String: [String]]
    let positionals: [String]

    init(command: String, options: [String: [String]] = [:], positionals: [String] = []) {
        self.command = command
        self.options = options
        self.positionals = positionals
    }

    var work: CommandWork { CommandTable.command(named: command)?.work ?? .other }

    func has(_ long: String) -> Bool {
        options[long] != nil
    }

    func value(_ long: String) -> String? {
        options[long]?.first
    }

    func values(_ long: String) -> [String] {
        options[long] ?? []
    }
}

enum Spelling {
    /// The first of the nearest candidates. `nil` if none is within two edits, or one for names of at most three letters.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let limit = candidate.utf8.count <= 3 ? 1 : 2
            let distance = distance(word, candidate, within: limit)
            guard distance <= limit else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Damerau-Levenshtein in the form of optimal string alignment: insert, delete, replace, swap two neighbours. More than
    /// `limit` if the distance is. The time is proportional to the length and `limit`: names of any length are compared.
    static func distance(_ left: String, _ right: String, within limit: Int) -> Int {
        // A scalar has at most four bytes.
        if abs(left.utf8.count - right.utf8.count) > 4 * limit { return limit + 1 }
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        if abs(left.count - right.count) > limit { return limit + 1 }
        // Cells further from the diagonal than `limit` are not computed; they hold this value.
        let far = limit + 1
        var beforeLast = [Int](repeating: far, count: right.count + 1)
        var last = (0...right.count).map { min($0, far) }
        var current = beforeLast
        for row in left.indices {
            let columns = max(0, row - limit)..<min(right.count, row + limit + 1)
            current[columns.lowerBound] = columns.lowerBound == 0 ? min(row + 1, far) : far
            var isNear = false
            for column in columns {
                var least = last[column] + (left[row] == right[column] ? 0 : 1)
                least = min(least, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current[column + 1] = min(least, far)
                if least <= limit { isNear = true }
            }
            if !isNear, current[columns.lowerBound] > limit { return far }
            (beforeLast, last, current) = (last, current, beforeLast)
        }
        return last[right.count]
    }
}
