internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry
internal import Synchronization

/// Many sources, each under its own name: those of lists, then those of the command line. Each is opened once, under all
/// its names.
///
/// All sources that cannot be opened are one error, so that one run tells all that is missing.
struct ListedSources: Sendable {
    /// A source with the names that lists give it and the lines that list it.
    struct Item: Sendable {
        var reference: SourceReference
        var names: [ImageName] = []
        var lines: [ListLine] = []

        func problem(_ reason: SourceProblem.Reason) -> SourceProblem {
            SourceProblem(source: reference.text, lines: lines, reason)
        }
    }

    private(set) var items: [Item] = []
    let lists: [ImageList]
    /// The names of each item that has several.
    private var knownNames: [Int: Set<ImageName>] = [:]
    /// Paths of lists that do not exist.
    private var problems: [SourceProblem] = []
    /// The number of each source. One that has names of its own is another than the same source without.
    private var numbers: [String: Int] = [:]
    private let options: ListOptions
    /// Every image must have these.
    private let platforms: [Platform]
    /// Whether a selection of platforms makes new indexes.
    private let makesIndexes: Bool
    /// Whether the command has the option --sparse.
    private let offersSparse: Bool
    /// The digests that references must have; `nil` without --locked.
    let locked: LockFile?

    /// `isTrusted`: whether declared platforms may be unknown ones. `writes`: whether images are written.
    init(
        _ options: ListOptions, sources: [String], platforms: [Platform], isTrusted: Bool = false, writes: Bool = true,
        offersSparse: Bool = true, _ console: Console
    ) throws(CommandError) {
        self.options = options
        makesIndexes = writes && !options.isSparse
        self.offersSparse = offersSparse
        self.platforms = platforms
        lists = try CommandError.checked { () throws(ImageListErrors) in try ImageList.all(reading: options.lists) }
        locked = try options.locked.map { (path) throws(CommandError) in
            try CommandError.checked { () throws(ImageListErrors) in try LockFile(reading: path) }
        }
        for list in lists {
            for line in list.skipped { console.warn(ListMessage.skipped(list.path, line)) }
        }
        for image in lists.flatMap(\.images) { add(image) }
        let typed = try CommandError.checked { () throws(SourceError) in try SourceReference.all(parsing: sources) }
        for reference in typed { add(Item(reference: reference.mirrored(options.mirrors)), console) }
        if items.isEmpty { try throwUnlessIgnored(problems, console) }
        if isTrusted { return }
        for item in items {
            guard let platform = item.reference.platform else { continue }
            try CommandError.checked { () throws(UnknownPlatform) in
                try TypedPlatform.check(platform, of: item.reference.text, isTrusted: false)
            }
        }
    }

    var references: [SourceReference] { items.map(\.reference) }

    /// The number of the uses of standard input, which can be read once.
    var standardInputs: Int { references.count { $0.place == .standardInput } + options.standardInputs }

    // MARK: - Items

    private mutating func add(_ image: ListedImage) {
        let line = ListLine(file: image.file, line: image.line)
        do throws(SourceError) {
            let reference = try SourceReference(parsing: image.source).mirrored(options.mirrors)
            let item = Item(reference: reference, names: image.name.map { [$0] } ?? [], lines: [line])
            add(item, nil)
        } catch {
            problems.append(SourceProblem(source: image.source, lines: [line], .unreadable(error)))
        }
    }

    /// A source that is given twice is opened once. `console` is `nil` for the items of lists: these repeat images.
    private mutating func add(_ item: Item, _ console: Console?) {
        let key = (item.names.isEmpty ? "" : "named ") + item.reference.text
        guard let known = numbers[key] else {
            numbers[key] = items.count
            return items.append(item)
        }
        if item.lines.isEmpty { console?.warn(NoteMessage.repeated(source: item.reference.text)) }
        items[known].lines += item.lines
        for name in item.names where knownNames[known, default: Set(items[known].names)].insert(name).inserted {
            items[known].names.append(name)
        }
    }

    // MARK: - Open

    /// Throws if any source cannot be used, or an image lacks a wanted platform.
    func opened(
        _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int, _ console: Console, _ bar: ProgressBar
    ) throws(CommandError) -> [Source] {
        let (opened, problems) = try surveyed(registries, policy, jobs: jobs, console, bar)
        try throwUnlessIgnored(problems, console)
        if opened.isEmpty { throw CommandError(SourceProblems(problems: [], skipped: problems.count)) }
        return opened
    }

    /// The sources that can be opened, and all problems.
    func surveyed(
        _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int, _ console: Console, _ bar: ProgressBar
    ) throws(CommandError) -> (opened: [Source], problems: [SourceProblem]) {
        let (items, unlocked) = locked(registries)
        let results = Self.results(of: items, registries, policy, jobs: jobs, bar)
        var opened: [(source: Source, item: Item)] = []
        var problems = problems + unlocked
        var applied: Set<Renaming> = []
        for (item, result) in zip(items, results) {
            do throws(SourceError) {
                var source = try result.get()
                for note in source.notes {
                    NoteMessage.sentence(for: note, source: item.reference.text).map(console.warn)
                }
                NoteMessage.unknownPlatforms(of: source).forEach(console.warn)
                applied.formUnion(try named(&source, item, &problems))
                opened.append((source, item))
            } catch {
                problems.append(item.problem(.unreadable(error)))
            }
        }
        problems += SelectionProblems(platforms, makesIndexes: makesIndexes, offersSparse: offersSparse).found(
            in: opened)
        for rule in options.renamings.rules where !applied.contains(rule) {
            console.warn(ListedSourceMessage.unused(rule))
        }
        return (opened.map(\.source), problems)
    }

    /// Sources in files are opened side by side, and so are sources in registries. Streams are read in their order.
    private static func results(
        of items: [Item], _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int, _ bar: ProgressBar
    ) -> [Result<Source, SourceError>] {
        let results = Mutex([Result<Source, SourceError>?](repeating: nil, count: items.count))
        let together = items.indices.filter { items[$0].reference.opensSideBySide }
        let count = Atomic(0)
        if together.count > 1 { bar.begin("opening", images: together.count) }
        let isRemote = together.contains { items[$0].reference.registry != nil }
        Threads.forEach(together.count, jobs: isRemote ? max(jobs, connections) : jobs) { number in
            if Interruption.isRequested { return }
            let result = Result { () throws(SourceError) in
                try Source.open(items[together[number]].reference, registries, policy)
            }
            results.withLock { $0[together[number]] = result }
            bar.show(images: count.add(1, ordering: .relaxed).newValue, now: items[together[number]].reference.text)
        }
        if together.count < items.count { bar.beginReading() }
        return zip(items, results.withLock { $0 }).map { item, result in
            result ?? Result { () throws(SourceError) in try Source.open(item.reference, registries, policy) }
        }
    }

    /// The images that are opened at the same time.
    static let connections = 8

    // MARK: - Names

    /// Gives the images of the source their names in the result. Returns the rules that were applied.
    private func named(
        _ source: inout Source, _ item: Item, _ problems: inout [SourceProblem]
    ) throws(SourceError) -> Set<Renaming> {
        var applied: Set<Renaming> = []
        if let reference = item.reference.registry, let pinned = ImageLabel.pinned(reference) {
            for number in source.graph.roots.indices { source.graph.roots[number].labels = [pinned] }
        }
        if !item.names.isEmpty {
            let contents = GraphContents(source.graph)
            let count = contents.images.count + (contents.images.isEmpty ? contents.artifacts.count : 0)
            if count == 1, let digest = contents.images.first?.digest ?? contents.artifacts.first?.descriptor.digest {
                source.graph.roots.removeAll { $0.descriptor.digest != digest }
                for number in source.graph.roots.indices {
                    source.graph.roots[number].labels = item.names.map(ImageLabel.full)
                }
            } else {
                problems.append(item.problem(.nameForSeveral(count: count)))
            }
        }
        for number in source.graph.roots.indices {
            for place in source.graph.roots[number].labels.indices {
                do throws(RenamingError) {
                    let label = source.graph.roots[number].labels[place]
                    guard let (renamed, rule) = try options.renamings.renamed(label) else { continue }
                    source.graph.roots[number].labels[place] = renamed
                    applied.insert(rule)
                } catch {
                    problems.append(item.problem(.renaming(error)))
                }
            }
        }
        return applied
    }

    // MARK: - Problems

    /// Skips what is absent, with a warning, if the options say so. All else is one error.
    private func throwUnlessIgnored(_ problems: [SourceProblem], _ console: Console) throws(CommandError) {
        let ignored = options.ignoresMissing ? problems.filter(\.isAbsence) : []
        let left = options.ignoresMissing ? problems.filter { !$0.isAbsence } : problems
        if !left.isEmpty { throw CommandError(SourceProblems(problems: left, skipped: 0)) }
        for problem in ignored { console.warn(ListedSourceMessage.skipped(problem)) }
    }
}

extension SourceReference {
    /// The source, read at the place that a mirror of its registry has.
    func mirrored(_ mirrors: [Mirror]) -> SourceReference {
        guard let image = registry, let place = mirrors.lazy.compactMap({ $0.place(of: image) }).first else {
            return self
        }
        var source = self
        source.readPlace = place
        return source
    }
}

extension SourceReference {
    /// Whether the source is no stream, which is read when its turn comes.
    fileprivate var opensSideBySide: Bool { (try? isStream) == false }
}
