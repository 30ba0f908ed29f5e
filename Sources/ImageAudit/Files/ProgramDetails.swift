/// The formats of the programs of a layer, and the content of files that decide how programs start.
struct ProgramDetails: Sendable {
    private var formats = EntryTable<FileFormat>()
    private var contents = EntryTable<[UInt8]>()
    /// The names of libraries and versions. Most programs need the same.
    private var shared: Set<[UInt8]> = []

    /// Longer files are not kept. The cache of the dynamic loader is a tenth of it.
    static let contentLimit: Int64 = 1 << 20

    private static let names = Set(["passwd", "group", "ld.so.cache"].map { Array($0.utf8) })
    private static let muslPrefix = Array("ld-musl-".utf8)

    /// Whether the content of a file of this name is kept.
    static func needsContent(_ name: FileName) -> Bool {
        names.contains(name) || name.starts(with: muslPrefix) && name.ends(with: ".path")
    }

    /// `other` if none was added.
    func format(of entry: Int) -> FileFormat { formats[entry] ?? .other }

    /// `nil` if none was added.
    func content(of entry: Int) -> [UInt8]? { contents[entry] }

    mutating func append(content: [UInt8], for entry: Int) { contents.append(content, for: entry) }

    /// Returns the estimated cost.
    mutating func append(_ format: FileFormat, for entry: Int) -> Int {
        var cost = MemoryLayout<FileFormat>.size
        if case .elf(var file) = format {
            file.share { string in
                let (isNew, known) = shared.insert(string)
                cost += isNew ? Self.stringCost + string.count : MemoryLayout<[UInt8]>.size
                return known
            }
            formats.append(.elf(file), for: entry)
        } else {
            formats.append(format, for: entry)
        }
        return cost
    }

    /// The estimated cost of an array, and of its place in a set.
    private static let stringCost = 64

    /// Releases what only further programs need.
    mutating func finish() { shared = [] }
}

extension ELFFile {
    /// Replaces each string by an equal one.
    fileprivate mutating func share(_ equal: ([UInt8]) -> [UInt8]) {
        interpreter = interpreter.map(equal)
        needed = needed.map(equal)
        name = name.map(equal)
        rpath = rpath.map(equal)
        runpath = runpath.map(equal)
        neededVersions = neededVersions.map {
            NeededVersions(library: equal($0.library), names: $0.names.map(equal))
        }
        definedVersions = Set(definedVersions.map(equal))
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
