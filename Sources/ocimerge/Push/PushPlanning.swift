internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// The push of one image to one repository.
struct PlannedPush {
    let destination: RegistryDestination
    let plan: MergeOutcome
    let fitted: FittedPlan
    /// Empty if the user typed the references.
    let renamings: [PushTarget.Renaming]

    fileprivate init(
        _ destination: RegistryDestination, _ plan: MergeOutcome, _ renamings: [PushTarget.Renaming] = []
    ) throws(CommandError) {
        self.destination = destination
        self.plan = plan
        self.renamings = renamings
        fitted = try CommandError.checked { () throws(DestinationError) in try destination.fitted(plan) }
    }

    /// The digest of the image. A registry may serve it under another.
    var digest: Digest? { fitted.registryNames?.keys.first }
}

/// Decides what a push writes to which repositories, before anything is written.
struct PushPlanning {
    private let request: PushRequest
    private let platforms: [Platform]
    private let destinations: [RegistryDestination]
    private let sources: PushSources
    private let console: Console

    init(
        _ request: PushRequest, platforms: [Platform], destinations: [RegistryDestination], sources: PushSources,
        _ console: Console
    ) {
        self.request = request
        self.platforms = platforms
        self.destinations = destinations
        self.sources = sources
        self.console = console
    }

    /// At least one source is open.
    func pushes(of opened: [Source]) throws(CommandError) -> [PlannedPush] {
        switch request.target {
        case .references: try pushesToReferences(of: opened[0])
        case .all(let prefix): try pushes(of: opened, under: prefix)
        }
    }

    private func pushesToReferences(of source: Source) throws(CommandError) -> [PlannedPush] {
        var graph = source.graph
        let tagged = TaggedRoots(graph)
        graph.roots = tagged.roots
        console.warn(tagged.left.map { PlanNote.notAnImage(source: source.reference.text, $0) })
        let plan = try outcome(graph, source, platforms: platforms)
        return try destinations.map { (destination) throws(CommandError) in try PlannedPush(destination, plan) }
    }

    private func pushes(of opened: [Source], under prefix: String) throws(CommandError) -> [PlannedPush] {
        let choice = try CommandError.checked { () throws(PlanError) in try assignment(opened, prefix) }
        let parts = try CommandError.checked { () throws(PlanError) in
            try opened.map { (source) throws(PlanError) in try GraphParts(source.graph) }
        }
        var places: [Digest: Int] = [:]
        for (number, source) in opened.enumerated() {
            for root in source.graph.roots where places[root.descriptor.digest] == nil {
                places[root.descriptor.digest] = number
            }
        }
        var pushes: [PlannedPush] = []
        for target in choice.targets {
            guard let place = places[target.image] else { continue }
            let part = parts[place].part(target.image)
            let wanted = try wanted(of: part)
            if wanted.isEmpty, !platforms.isEmpty { continue }
            let plan = try outcome(part, opened[place], platforms: wanted)
            let destination = RegistryDestination(target.repository, tags: target.tags)
            pushes.append(try PlannedPush(destination, plan, target.renamings))
        }
        let taken = Set(pushes.flatMap { $0.plan.plan.documents.map(\.digest) })
        for digest in choice.unnamed where !taken.contains(digest) {
            guard let place = places[digest] else { continue }
            console.warn(PushMessage.unnamed(digest, source: opened[place].reference.text))
        }
        return pushes
    }

    private func assignment(_ opened: [Source], _ prefix: String) throws(PlanError) -> PushTargets.Assignment {
        try PushTargets.all(
            opened.flatMap { source in
                source.graph.rootsWithoutReferrers.map { ($0, sources.reference(of: source)) }
            }, under: prefix)
    }

    /// The wanted platforms; without those that the image lacks if missing ones are ignored. A warning has named them.
    private func wanted(of graph: ImageGraph) throws(CommandError) -> [Platform] {
        guard case .lists(let options) = request.input, options.ignoresMissing, !platforms.isEmpty else {
            return platforms
        }
        let found = try CommandError.checked { () throws(PlanError) in try ImageFinder(graph).all().images }
        let present = found.compactMap(\.platform?.normalized)
        return platforms.filter { wanted in present.contains(where: wanted.matches) }
    }

    private func outcome(
        _ graph: ImageGraph, _ source: Source, platforms: [Platform]
    ) throws(CommandError) -> MergeOutcome {
        let outcome = try CommandError.checked { () throws(PlanError) in
            let inputs = [MergeInput(source: source.reference.text, graph: graph, declared: nil)]
            var options = MergeOptions(platforms: platforms)
            // An image that is whole in the selection keeps its digest, as in `pack`.
            if case .all = request.target { options.keepsImages = true }
            var outcome = try Merge.plan(inputs, options)
            outcome =
                request.referrers
                ? try Referrers.following(outcome, from: inputs) : Referrers.leftBehind(outcome, from: inputs)
            try outcome.plan.requireWholeImages(from: inputs)
            return outcome
        }
        console.warn(outcome.notes)
        return outcome
    }
}
