internal import ByteIO
internal import ImageModel
internal import ImageSinks
internal import ImageSources

/// Finds the words that can end a command line, from the command table and the files that it names.
struct CompletionSearch {
    private let command: Command
    /// The begun word.
    private let current: String
    /// Whether the word may be the name of a command.
    private let isFirst: Bool
    /// The flag whose value is the current word; `nil` if there is none.
    private var waiting: Flag?
    /// The long names of the flags before.
    private var used: Set<String> = []
    private var positionals = 0
    private var endsFlags = false

    /// `words` exclude the name of the program; the last one is begun.
    init(_ words: [String]) {
        current = words.last ?? ""
        isFirst = words.count < 2
        var rest = words.dropLast()[...]
        let named = rest.first.flatMap(CommandTable.command(named:))
        if named != nil { rest.removeFirst() }
        command = named ?? CommandTable.unnamed
        for word in rest { pass(word) }
    }

    private mutating func pass(_ word: String) {
        if waiting != nil {
            waiting = nil
        } else if endsFlags || !word.hasPrefix("-") || ArgumentParser.isStandardInput(word) {
            positionals += 1
        } else if word == "--" {
            endsFlags = true
        } else if word.hasPrefix("--") {
            let name = word.dropFirst(2).prefix { $0 != "=" }
            note(command.flag(long: String(name)), waits: name.count == word.count - 2)
        } else {
            passCluster(word.dropFirst())
        }
    }

    private mutating func passCluster(_ letters: Substring) {
        for place in letters.indices {
            guard let flag = command.flag(short: letters[place]) else { return }
            note(flag, waits: letters.index(after: place) == letters.endIndex)
            if flag.value != .none { return }
        }
    }

    /// An optional value follows its flag directly, so only a required one waits.
    private mutating func note(_ flag: Flag?, waits: Bool) {
        guard let flag else { return }
        used.insert(flag.long)
        if waits, case .required = flag.value { waiting = flag }
    }

    func reply() -> CompletionReply {
        if let waiting { return value(of: waiting, current) }
        if !endsFlags, current.hasPrefix("-"), !ArgumentParser.isStandardInput(current) || current == "-" {
            return flags()
        }
        if isFirst { return first() }
        return command.positional(at: positionals).map { value(named: $0.name, $0.kind, current) } ?? .nothing
    }

    /// A command, or a source of the default command.
    private func first() -> CompletionReply {
        var reply = source(current)
        if reply.candidates.isEmpty, reply.files != nil {
            reply.candidates =
                Self.commands.filter { $0.word.hasPrefix(current) } + CompletionPlaces.archives(beginning: current)
        }
        return reply
    }

    private static var commands: [Candidate] {
        CommandTable.all.map { Candidate(word: $0.name, summary: $0.summary) }
    }

    /// The arguments of `help` and `man`.
    private static var subjects: [Candidate] {
        commands + HelpTopic.all.map { Candidate(word: $0.name, summary: $0.summary) }
    }
}

extension CompletionSearch {
    /// Flags that may still be given, or the value after `--flag=`.
    private func flags() -> CompletionReply {
        if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
            let name = current[..<equals].dropFirst(2)
            guard let flag = command.flag(long: String(name)) else { return .nothing }
            return value(of: flag, String(current[equals...].dropFirst())).following(current[...equals])
        }
        let rivals = Set(command.exclusive.filter { !used.isDisjoint(with: $0) }.joined())
        let open = command.flags.filter { used.contains($0.long) ? $0.repeatable : !rivals.contains($0.long) }
        let candidates = (open + (isFirst ? [.version] : [])).flatMap { flag in
            flag.spellings.map { Candidate(word: $0, summary: Self.firstSentence(of: flag.help)) }
        }
        return CompletionReply(candidates: candidates.filter { $0.word.hasPrefix(current) })
    }

    private static func firstSentence(of text: String) -> String {
        guard let end = text.firstRange(ofText: ". ") else { return text }
        return text[..<end.lowerBound] + "."
    }

    private func value(of flag: Flag, _ text: String) -> CompletionReply {
        switch flag.value {
        case .none: .nothing
        case .required(let name, let kind), .optional(let name, let kind): value(named: name, kind, text)
        }
    }

    /// `name` is the word for the value in help. It distinguishes sources, destinations and images of a layout.
    private func value(named name: String, _ kind: ValueKind, _ text: String) -> CompletionReply {
        switch kind {
        case .path where ["SOURCE", "BASE", "A", "B"].contains(name): source(text)
        case .path where name == "DEST": Self.destination(text)
        case .path where name.hasPrefix("LAYOUT:"): Self.image(text)
        case .path: .anyFile
        case .platform, .platformList: Self.platform(text)
        case .command: CompletionReply(candidates: Self.subjects.filter { $0.word.hasPrefix(text) })
        case .choice(let words), .leveled(let words): .words(words, beginning: text)
        case .free: .nothing
        }
    }

    /// A platform, after those that a list already has, or after `OLD=`.
    private static func platform(_ text: String) -> CompletionReply {
        let end = text.lastIndex { $0 == "," || $0 == "=" }.map { text.index(after: $0) } ?? text.startIndex
        return .words(PlatformShape.common, beginning: String(text[end...])).following(text[..<end])
    }
}

extension CompletionSearch {
    /// The commands that take `SOURCE=PLATFORM`.
    private static let declaring = [MergeRow.command, CopyRows.copy, PackRow.command, PushRow.command].map(\.name)

    /// A path, an image in it, or the platform behind `=`.
    private func source(_ text: String) -> CompletionReply {
        if Self.declaring.contains(command.name), let equals = text.lastIndex(of: "="), equals != text.startIndex {
            let platforms = Self.platform(String(text[equals...].dropFirst())).following(text[...equals])
            if !platforms.candidates.isEmpty { return platforms }
        }
        if text.hasPrefix(RegistryReference.scheme) { return .nothing }
        if let names = Self.names(text) { return names }
        if let prefix = NameListing.prefixes.first(where: text.hasPrefix) { return CompletionReply(files: prefix) }
        if !text.contains(":") { return .anyFile }
        // The shell would complete the part behind the colon.
        return CompletionReply(candidates: CompletionPlaces.all(beginning: text))
    }

    /// The names of the images in the layout or tar before a colon; `nil` if no file is named so.
    private static func names(_ text: String) -> CompletionReply? {
        guard let place = NameListing.place(in: text) else { return nil }
        return CompletionReply.words(
            CompletionNames.list(in: place.path, beginning: String(text[place.name...])), beginning: ""
        ).following(text[..<place.name])
    }

    /// An image of a layout, or the layout before its colon.
    private static func image(_ text: String) -> CompletionReply {
        if let names = names(text) { return names }
        let prefix = NameListing.prefixes.first(where: text.hasPrefix) ?? ""
        let path = String(text.dropFirst(prefix.count))
        if path.contains(":") { return .nothing }
        return CompletionReply(candidates: CompletionPlaces.layouts(beginning: path), files: "").following(prefix)
    }

    private static func destination(_ text: String) -> CompletionReply {
        if text.hasPrefix(RegistryReference.scheme) { return .nothing }
        let prefix = Destinations.prefixes.first(where: text.hasPrefix) ?? ""
        let path = String(text.dropFirst(prefix.count))
        var reply = CompletionReply(candidates: CompletionPlaces.archives(beginning: path), files: "")
        if prefix.isEmpty, !text.contains("/") {
            reply.candidates += Self.kinds.filter { $0.word.hasPrefix(text) }
        }
        return reply.following(prefix)
    }

    private static var kinds: [Candidate] { Destinations.prefixes.map { Candidate(word: $0) } }
}
