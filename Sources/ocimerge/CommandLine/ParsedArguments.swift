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
            let distance = distance(word, candidate)
            guard distance <= (candidate.utf8.count <= 3 ? 1 : 2) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Damerau-Levenshtein in the form of optimal string alignment: insert, delete, replace, swap two neighbours.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var least = last[column] + (left[row] == right[column] ? 0 : 1)
                least = min(least, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
