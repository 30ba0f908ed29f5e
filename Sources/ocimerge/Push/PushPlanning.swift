internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// The push of one image to one repository.
struct PlannedPush {
    let destination: RegistryDestination
    let plan: MergeOutcome
    let fitted: FittedPlan
    /// Empty if the user typed the references.
    let namePairs: [PushTarget.NamePair]

    fileprivate init(
        _ destination: RegistryDestination, _ plan: MergeOutcome, _ namePairs: [PushTarget.NamePair] = []
    ) throws(CommandError) {
        self.destination = destination
        self.plan = plan
        self.namePairs = namePairs
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
    private let registries: RegistryAccess
    private let console: Console

    init(
        _ request: PushRequest, platforms: [Platform], destinations: [RegistryDestination], sources: PushSources,
        _ registries: RegistryAccess, _ console: Console
    ) {
        self.request = request
        self.platforms = platforms
        self.destinations = destinations
        self.sources = sources
        self.registries = registries
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
        let repositories = destinations.map(\.repository)
        graph = try completion(of: repositories.map { (graph, $0) }).completed(graph, for: repositories[0])
        let plan = try outcome(graph, source, platforms: platforms)
        return try destinations.map { (destination) throws(CommandError) in try PlannedPush(destination, plan) }
    }

    private func pushes(of opened: [Source], under prefix: String) throws(CommandError) -> [PlannedPush] {
        let choice = try CommandError.checked { () throws(PlanError) in try assignment(opened, prefix) }
        let parts = try CommandError.checked { () throws(PlanError) in try SourceParts(opened, sources) }
        let increments = parts.hasIncrements ? choice.targets : []
        let completion = try completion(
            of: increments.compactMap { target in parts.part(for: target).map { ($0.graph, target.repository) } })
        var pushes: [PlannedPush] = []
        pushes.reserveCapacity(choice.targets.count)
        var missing: MissingBlobs?
        var lacking: [SourceProblem] = []
        for target in choice.targets {
            guard let part = parts.part(for: target) else { continue }
            let graph = completion.completed(part.graph, for: target.repository)
            let wanted = try wanted(of: graph)
            if wanted.isEmpty, !platforms.isEmpty { continue }
            if let problem = try lackingPlatforms(wanted, in: graph, target) {
                lacking.append(problem)
                continue
            }
            do throws(CommandError) {
                let plan = try outcome(graph, part.source, platforms: wanted)
                let destination = RegistryDestination(target.repository, tags: target.tags)
                pushes.append(try PlannedPush(destination, plan, target.namePairs))
            } catch {
                guard case .missing(let blobs)? = error.cause as? PlanError else { throw error }
                missing = missing?.joined(blobs) ?? blobs
            }
        }
        if !lacking.isEmpty { throw CommandError(SourceProblems(problems: lacking, skipped: 0)) }
        if let missing { throw CommandError(PlanError.missing(missing)) }
        warn(unnamed: choice.unnamed, besides: pushes, parts)
        return pushes
    }

    /// An unnamed image that is part of a pushed one needs no warning.
    private func warn(unnamed: [Digest], besides pushes: [PlannedPush], _ parts: SourceParts) {
        if unnamed.isEmpty { return }
        let taken = Set(pushes.lazy.flatMap(\.plan.plan.documents).map(\.digest))
        for digest in unnamed where !taken.contains(digest) {
            guard let source = parts.source(of: digest) else { continue }
            console.warn(PushMessage.unnamed(digest, source: source.reference.text))
        }
    }

    private func completion(
        of graphs: [(graph: ImageGraph, repository: RepositoryName)]
    ) throws(CommandError) -> IncrementCompletion {
        try IncrementCompletion(of: graphs, platforms: platforms, registries, jobs: request.run.jobs.connections)
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

    /// `nil` if the image has all wanted platforms.
    private func lackingPlatforms(
        _ wanted: [Platform], in graph: ImageGraph, _ target: PushTarget
    ) throws(CommandError) -> SourceProblem? {
        if wanted.isEmpty { return nil }
        let found = try CommandError.checked { () throws(PlanError) in try ImageFinder(graph).all().images }
        let present = found.compactMap(\.platform?.normalized)
        let missing = wanted.filter { platform in !present.contains(where: platform.matches) }
        // Artifacts have no platform.
        if missing.isEmpty || found.isEmpty { return nil }
        let name = target.namePairs.first?.from ?? target.image.description
        return SourceProblem(source: name, lines: [], .platforms(missing, present: present, image: name))
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

/// The sources of a push, divided by their images.
private struct SourceParts {
    private let opened: [Source]
    private let references: [RegistryReference?]
    private let parts: [GraphParts]
    /// The numbers of the sources that have an image.
    private var places: [Digest: [Int]] = [:]

    init(_ opened: [Source], _ sources: PushSources) throws(PlanError) {
        self.opened = opened
        references = opened.map(sources.reference)
        parts = try opened.map { (source) throws(PlanError) in try GraphParts(source.graph) }
        for (number, source) in opened.enumerated() {
            for digest in Set(source.graph.roots.map(\.descriptor.digest)) {
                places[digest, default: []].append(number)
            }
        }
    }

    var hasIncrements: Bool { opened.contains(where: \.graph.isIncrement) }

    /// The first source that has the image.
    func source(of image: Digest) -> Source? { places[image].map { opened[$0[0]] } }

    /// The image with the referrers of its source repositories. In another repository the same image may have others.
    func part(for target: PushTarget) -> (graph: ImageGraph, source: Source)? {
        guard let places = places[target.image] else { return nil }
        let former = Set(target.namePairs.compactMap(\.former))
        let own = places.filter { references[$0].map(former.contains) ?? false }
        let first = own.first ?? places[0]
        var graph = parts[first].part(target.image)
        for other in own.dropFirst() { graph.insertContent(of: parts[other].part(target.image)) }
        return (graph, opened[first])
    }
}
