internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The sources of `pack`, and the name of the result if there is only one image.
struct PackSources: MergeSources {
    let listed: ListedSources
    let names: [ImageName]
    let annotations: [Annotation]

    init(
        _ request: MergeRequest, _ options: ListOptions, platforms: [Platform], _ console: Console
    ) throws(CommandError) {
        names = try CommandError.checked { () throws(NameError) in try SourceList.names(request.tags) }
        annotations = try CommandError.checked { () throws(AnnotationError) in
            try request.annotations.map(Annotation.init(parsing:))
        }
        listed = try ListedSources(
            options, sources: request.sources, platforms: platforms, isTrusted: request.evidence == .ignored, console)
        if let lock = options.lock, listed.references.allSatisfy({ $0.registry == nil }) {
            console.warn(ListedSourceMessage.emptyLock(lock))
        }
        if listed.standardInputs + request.since.count(where: { $0 == "-" }) > 1 {
            throw CommandError(SourceError.standardInputTwice)
        }
    }

    var references: [SourceReference] { listed.references }

    func opened(
        _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int, _ console: Console, _ bar: ProgressBar
    ) throws(CommandError) -> [Source] {
        try listed.opened(registries, policy, jobs: jobs, console, bar)
    }

    /// Refuses a plan that changes an image that the user chooses by its digest.
    func checkDigests(of plan: WritePlan, _ opened: [Source]) throws(CommandError) {
        let read = Set(opened.flatMap(\.graph.roots).map(\.descriptor.digest))
        let written = Set(plan.roots.map(\.descriptor.digest))
        let problems = listed.items.compactMap { item in
            item.reference.statedDigest.flatMap { digest in
                read.contains(digest) && !written.contains(digest) ? item.problem(.digestChanges(digest)) : nil
            }
        }
        if !problems.isEmpty { throw CommandError(SourceProblems(problems: problems, skipped: 0)) }
    }

    /// The lock file of these images.
    func lock(of sources: [Source]) -> [UInt8] {
        // One source may be listed with names and without. Both were opened, in the order of the items.
        var items = Dictionary(grouping: listed.items.reversed(), by: \.reference.text)
        let entries = sources.flatMap { source -> [LockFile.Entry] in
            guard let image = source.reference.registry, let digest = source.everyRoot.first?.descriptor.digest,
                let item = items[source.reference.text]?.popLast()
            else { return [] }
            let names = item.names.isEmpty ? [nil] : item.names.map(Optional.some)
            return names.map {
                LockFile.Entry(reference: image, digest: digest, platform: item.reference.platform, name: $0)
            }
        }
        return Array(LockFile.text(of: entries).utf8)
    }
}
