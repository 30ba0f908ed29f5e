internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// The option `--rewrite`: a list or YAML file with the references of pushed images in place of the former ones.
struct ReferenceRewriting {
    /// A repeated file is read once, also standard input.
    private let list: ImageList
    private let pins: Bool
    private var pushed = PushedReferences()

    /// `nil` if the option is absent.
    init?(_ request: PushRequest, _ sources: PushSources) throws(CommandError) {
        guard let path = request.rewrites else { return nil }
        pins = request.pins
        let isTaken = sources.references.contains { $0.place == .standardInput }
        if path == "-", isTaken { throw CommandError(SourceError.standardInputTwice) }
        if let known = sources.lists.first(where: { $0.path == path }) {
            list = known
            return
        }
        list = try CommandError.checked { () throws(ImageListErrors) in try ImageList(reading: path) }
    }

    /// To be called before anything is pushed: each reference of the file must belong to a pushed image.
    mutating func plan(_ pushes: [PlannedPush]) throws(CommandError) {
        for push in pushes {
            guard let digest = push.digest else { continue }
            pushed.add(push.namePairs, pushedAs: digest)
        }
        let left = list.images.filter { $0.reference != nil && replacement(of: $0, [:]) == nil }
        if !left.isEmpty { throw CommandError(UnpushedReferences(images: left)) }
    }

    /// The file with the new references. A registry may serve an image under another digest.
    func bytes(after reports: [MergeReport]) -> [UInt8] {
        var served: [Digest: Digest] = [:]
        for report in reports {
            guard let digest = report.plan.registryNames?.keys.first else { continue }
            served[digest] = report.written?.publication.pushed?.served
        }
        return list.replacingReferences { replacement(of: $0, served) }
    }

    private func replacement(of image: ListedImage, _ served: [Digest: Digest]) -> RegistryReference? {
        image.reference.flatMap { pushed.replacement(of: $0, pins: pins, served: served) }
    }
}

/// References of a file to rewrite from which no image is pushed.
struct UnpushedReferences: Error {
    let images: [ListedImage]
}
