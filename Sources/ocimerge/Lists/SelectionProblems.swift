internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// Finds problems of a selection from opened sources: platforms that an image lacks, and digests that would change.
struct SelectionProblems {
    typealias Opened = (source: Source, item: ListedSources.Item)

    /// Every image must have these.
    private let platforms: [Platform]
    /// Whether a selection of platforms makes new indexes.
    private let makesIndexes: Bool
    /// Whether the command has the option --sparse.
    private let offersSparse: Bool

    init(_ platforms: [Platform], makesIndexes: Bool, offersSparse: Bool) {
        self.platforms = platforms
        self.makesIndexes = makesIndexes
        self.offersSparse = offersSparse
    }

    func found(in opened: [Opened]) -> [SourceProblem] { digestProblems(opened) + platformProblems(opened) }

    /// An image of the result: the images of one name in all sources.
    private struct Named {
        let name: String?
        /// The numbers of its sources.
        var sources: [Int] = []
        var platforms: [Platform] = []
    }

    /// The first lines that list any of the sources: a message names only some.
    private static func lines(of sources: [Int], _ opened: [Opened]) -> [ListLine] {
        var lines: [ListLine] = []
        for number in sources where lines.count < 16 { lines += opened[number].item.lines.prefix(16) }
        return lines
    }

    /// Images that the user states by their digests are not joined with others of the same name.
    private func digestProblems(_ opened: [Opened]) -> [SourceProblem] {
        var stated: [ImageLabel: Digest] = [:]
        for (source, item) in opened where item.reference.statedDigest != nil {
            for root in source.graph.roots { for label in root.labels { stated[label] = root.descriptor.digest } }
        }
        if stated.isEmpty { return [] }
        var problems: [SourceProblem] = []
        for (source, item) in opened {
            for root in source.graph.roots {
                for label in root.labels {
                    guard let digest = stated[label], digest != root.descriptor.digest else { continue }
                    let reason = SourceProblem.Reason.otherDigest(
                        name: label.description, stated: digest, found: root.descriptor.digest)
                    problems.append(item.problem(reason))
                }
            }
        }
        return problems
    }

    /// Wanted platforms that an image lacks, and digests that the selection would change.
    private func platformProblems(_ opened: [Opened]) -> [SourceProblem] {
        if platforms.isEmpty { return [] }
        var images: [Named] = []
        var numbers: [ImageLabel: Int] = [:]
        var problems: [SourceProblem] = []
        for (place, (source, item)) in opened.enumerated() {
            for image in GraphContents(source.graph).images {
                let declared = item.reference.platform.map { [$0] }
                let present = declared ?? image.found.images.compactMap(\.platform?.normalized)
                if changesDigest(item, present, of: image) {
                    problems.append(item.problem(.digestWouldChange(image.digest, canBeSparse: offersSparse)))
                }
                for label in image.labels.isEmpty ? [nil] : image.labels.map(Optional.some) {
                    let number = label.flatMap { numbers[$0] } ?? images.count
                    if number == images.count { images.append(Named(name: label?.description)) }
                    if let label { numbers[label] = number }
                    images[number].sources.append(place)
                    images[number].platforms += present
                }
            }
        }
        for image in images {
            let missing = platforms.filter { wanted in !image.platforms.contains(where: wanted.matches) }
            if missing.isEmpty { continue }
            problems.append(
                SourceProblem(
                    source: opened[image.sources[0]].item.reference.text, lines: Self.lines(of: image.sources, opened),
                    .platforms(missing, present: image.platforms, image: image.name)))
        }
        return problems
    }

    /// Whether the user chose the image by a digest that a selection of some of its platforms would change.
    private func changesDigest(_ item: ListedSources.Item, _ present: [Platform], of image: GraphContents.Image) -> Bool
    {
        guard makesIndexes, item.reference.statedDigest != nil else { return false }
        let selected = present.count(where: platforms.match)
        return selected > 0 && selected < image.found.images.count
    }
}

extension SourceReference {
    /// The digest by which the user chooses the image.
    var statedDigest: Digest? {
        if case .digest(let digest)? = selection { return digest }
        return registry?.digest
    }
}
