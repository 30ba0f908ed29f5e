internal import ImageModel

/// The options of commands that take many images, each by its name: `pack`, `push --list` and `inspect --list`.
struct ListOptions: Sendable, Equatable {
    /// The paths of lists; `-` is standard input.
    let lists: [String]
    /// Whether images and platforms that do not exist are skipped with a warning.
    let ignoresMissing: Bool
    let renamings: Renamings
    let mirrors: [Mirror]
    /// Whether an index keeps its bytes although images of other platforms are left out.
    let isSparse: Bool
    /// The path of the lock file to write.
    let lock: String?
    /// The path of the receipt to write.
    let receipt: String?
    /// The path of the lock file whose digests are read.
    let locked: String?

    init(_ parsed: ParsedArguments) throws(UsageError) {
        lists = parsed.values("list")
        ignoresMissing = parsed.has("ignore-missing")
        renamings = Renamings(
            try parsed.values("rename").map { (text) throws(UsageError) in
                guard let rule = Renaming(parsing: text) else { throw .malformedRule(text, option: "--rename") }
                return rule
            })
        mirrors = try parsed.values("mirror").map { (text) throws(UsageError) in
            guard let mirror = Mirror(parsing: text) else { throw .malformedRule(text, option: "--mirror") }
            return mirror
        }
        for (number, mirror) in mirrors.enumerated() {
            guard let other = mirrors[..<number].first(where: { $0.host == mirror.host }) else { continue }
            throw .exclusiveOptions("--mirror \(other.text)", "--mirror \(mirror.text)")
        }
        isSparse = parsed.has("sparse")
        if isSparse, parsed.values("platform").isEmpty { throw .dependentOption("--sparse", needs: "--platform P") }
        lock = parsed.value("lock")
        locked = parsed.value("locked")
        receipt = parsed.value("receipt")
    }

    /// The number of times that standard input is a list or the lock.
    var standardInputs: Int { lists.count { $0 == "-" } + (locked == "-" ? 1 : 0) }
}
