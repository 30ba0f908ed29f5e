internal import ByteIO
internal import ImageModel
internal import ImageSinks
internal import ImageSources

/// Paths that the program offers instead of the shell. The shell completes names that a terminal does not show, and
/// directories with very many entries.
enum CompletionPlaces {
    private static let mostEntries = 10_000

    /// Directories, with a slash, and archives.
    static func archives(beginning text: String) -> [Candidate] {
        all(beginning: text).filter { $0.word.hasSuffix("/") || Destinations.isArchive($0.word) }
    }

    /// Layouts, with the colon before a name, and other directories, with a slash.
    static func layouts(beginning text: String) -> [Candidate] {
        if text.hasSuffix("/"), FileSystem.kind(of: text + LayoutPath.index) == .file {
            return [Candidate(word: text + ":")]
        }
        return all(beginning: text).filter { $0.word.hasSuffix("/") }.map { candidate in
            let isLayout = FileSystem.kind(of: candidate.word + LayoutPath.index) == .file
            return isLayout ? Candidate(word: candidate.word.dropLast() + ":") : candidate
        }
    }

    /// Every file, and directories with a slash. Hidden ones only if `text` ends in a name that begins with a dot.
    static func all(beginning text: String) -> [Candidate] {
        let folder = text.lastIndex(of: "/").map { String(text[...$0]) } ?? ""
        let start = String(text.dropFirst(folder.count))
        guard !text.hasPrefix("~"), let names = try? FileSystem.entries(of: folder.isEmpty ? "." : folder),
            names.count <= mostEntries
        else { return [] }
        return names.sorted().compactMap { (name) -> Candidate? in
            guard name.hasPrefix(start), start.hasPrefix(".") || !name.hasPrefix("."),
                TerminalText.escaped(name) == name
            else { return nil }
            let path = folder + name
            return Candidate(word: FileSystem.isDirectory(path) ? path + "/" : path)
        }
    }
}

/// Names of images that completion offers. They come from files of others, so only names of harmless characters pass.
enum CompletionNames {
    private static let mostNames = 1000

    /// The names begin with `text`: as users type them, else in full, else the tags that only one image has.
    static func list(in path: String, beginning text: String) -> [String] {
        let labels = NameListing.labels(in: path)
        let tags = Dictionary(labels.map { ($0.tag, 1) }, uniquingKeysWith: +).filter { $0.value == 1 }.keys
        for names in [labels.map(familiar), labels.map(\.description), Array(tags)] {
            let fitting = Set(names.filter { $0.hasPrefix(text) && isHarmless($0) })
            if !fitting.isEmpty { return Array(fitting.sorted().prefix(mostNames)) }
        }
        return []
    }

    private static func familiar(_ label: ImageLabel) -> String {
        switch label {
        case .full(let name): name.familiar
        case .plain(let text): text
        }
    }

    /// Whether no shell gives any of the characters a meaning.
    static func isHarmless(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
        return name.utf8.allSatisfy(ShellWord.isPlain)
    }
}
