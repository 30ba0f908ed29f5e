internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import Synchronization

/// Counts the images whose blobs have all arrived, and names the one that is in transfer. Blobs that images share count
/// for each of them.
final class ImageProgress: BlobObserver {
    private struct State {
        /// The number of missing blobs of each image.
        var missing: [Int]
        var done: Int
    }

    private let names: [String]
    /// The images that need a blob.
    private let users: [Digest: [Int]]
    private let state: Mutex<State>
    private let bar: ProgressBar

    /// `nil` for a single image, of which the bytes tell enough. `blobs` are those that will be transferred.
    init?(_ plan: FittedPlan, blobs: [WritePlan.Blob], _ bar: ProgressBar) {
        guard plan.images.count > 1 else { return nil }
        self.bar = bar
        names = plan.images.map { $0.labels.first?.description ?? $0.root.digest.description }
        let wanted = Set(blobs.map(\.digest))
        var layers: [Digest: [Digest]] = [:]
        for document in plan.plan.documents {
            if let manifest = document.manifest { layers[document.digest] = manifest.layers.map(\.digest) }
        }
        var users: [Digest: [Int]] = [:]
        var missing: [Int] = []
        for (number, image) in plan.images.enumerated() {
            let own = Set(image.children.flatMap { layers[$0.digest] ?? [] }).intersection(wanted)
            for blob in own { users[blob, default: []].append(number) }
            missing.append(own.count)
        }
        self.users = users
        let done = missing.count { $0 == 0 }
        state = Mutex(State(missing: missing, done: done))
        bar.show(images: done, of: names.count)
    }

    func begin(_ blob: Digest) {
        let current = state.withLock { state in users[blob]?.first { state.missing[$0] > 0 } }
        if let current { bar.show(now: names[current]) }
    }

    func end(_ blob: Digest) {
        let done = state.withLock { state in
            for image in users[blob] ?? [] {
                state.missing[image] -= 1
                if state.missing[image] == 0 { state.done += 1 }
            }
            return state.done
        }
        bar.show(images: done)
    }
}
