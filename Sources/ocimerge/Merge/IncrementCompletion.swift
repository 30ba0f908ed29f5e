internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import Registry
internal import Synchronization

/// Completes increments from the repositories to which they go. A blob that another of these repositories has is mounted
/// or copied from there. The registry verified the blobs when it took them.
struct IncrementCompletion {
    private typealias Place = (blob: MissingBlobs.Blob, repository: RepositoryName)

    private let found: [Digest: [RepositoryName: RegistryBlob]]

    /// Sends one request for each blob that the images for `platforms` lack, `jobs` at once. Without platforms all images
    /// are meant. Graphs that are no increments need no request.
    init(
        of graphs: [(graph: ImageGraph, repository: RepositoryName)], platforms: [Platform],
        _ registries: RegistryAccess, jobs: Int
    ) throws(CommandError) {
        var places: [Place] = []
        var asked: [RepositoryName: Set<Digest>] = [:]
        for (graph, repository) in graphs where graph.isIncrement {
            let missing = try CommandError.checked { () throws(PlanError) in try graph.missingBlobs(for: platforms) }
            for blob in missing where asked[repository, default: []].insert(blob.digest).inserted {
                places.append((blob, repository))
            }
        }
        let all = places
        let present = Mutex<[Digest: [RepositoryName: RegistryBlob]]>([:])
        try CommandError.checked { () throws(RegistryError) in
            try Threads.forEach(all.count, jobs: jobs) { (number) throws(RegistryError) in
                let (blob, repository) = all[number]
                let client = registries.repository(repository, pushes: true)
                guard try client.hasBlob(blob.digest, size: blob.size) else { return }
                client.known.note(blob.digest, in: repository)
                let content = RegistryBlob(blob.digest, size: blob.size, in: client)
                present.withLock { $0[blob.digest, default: [:]][repository] = content }
            }
        }
        found = present.withLock { $0 }
    }

    /// The sources of one result in a repository. Those that are increments get the blobs that the repository has.
    static func completed(
        _ inputs: [MergeInput], from repository: RepositoryName, platforms: [Platform], _ registries: RegistryAccess,
        jobs: Int
    ) throws(CommandError) -> [MergeInput] {
        let graphs = inputs.map { (graph: $0.graph, repository: repository) }
        let completion = try IncrementCompletion(of: graphs, platforms: platforms, registries, jobs: jobs)
        return inputs.map { $0.with(completion.completed($0.graph, for: repository)) }
    }

    /// The graph with the blobs that were found. A blob in `repository` is preferred to one in another.
    func completed(_ graph: ImageGraph, for repository: RepositoryName) -> ImageGraph {
        guard graph.isIncrement else { return graph }
        var graph = graph
        for blob in graph.absentBlobs() {
            guard let places = found[blob.digest] else { continue }
            graph.blobs[blob.digest] = places[repository] ?? places.min { "\($0.key)" < "\($1.key)" }?.value
        }
        return graph
    }
}
