package import ByteIO
package import ImageModel
package import ImagePlanning

/// `dir:PATH`
struct SkopeoDirectoryKind: DestinationKind {
    let prefix: String? = "dir:"

    func accepts(_ path: String) -> Bool { false }

    func destination(
        _ path: String, _ text: String, _ options: DestinationOptions
    ) throws(DestinationError) -> any Destination {
        try SkopeoDirectoryDestination(path: path, existing: options.existing)
    }
}

/// A directory that is to become, or already is, an image in skopeo's `dir:` form; checked before anything is read. It
/// holds one image and no name, so it cannot be updated.
package struct SkopeoDirectoryDestination: Destination {
    package enum Mode: Equatable, Sendable {
        /// Nothing stands there, or an empty directory.
        case create
        /// An image of this form stands there and is removed when the new one is complete.
        case replace
    }

    /// Without links.
    package let path: String
    /// As the user typed it.
    let typed: String
    package let mode: Mode
    private let existing: ExistingContent

    package init(path text: String, existing: ExistingContent) throws(DestinationError) {
        let typed = FileSystem.trimmingSlashes(text)
        if existing == .update { throw .holdsOneImage(path: typed) }
        let path = FileSystem.resolved(typed)
        switch try DestinationPath.kind(of: path, shown: typed) {
        case nil: mode = .create
        case .directory: mode = try Self.mode(path, existing, shown: typed)
        case .file, .other: throw .notADirectory(path: path)
        }
        self.path = path
        self.typed = typed
        self.existing = existing
    }

    private static func mode(
        _ path: String, _ existing: ExistingContent, shown: String
    ) throws(DestinationError) -> Mode {
        let entries: [String]
        do throws(IOFailure) { entries = try FileSystem.entries(of: path).sorted() } catch { throw .io(error) }
        if entries.isEmpty { return .create }
        guard existing == .replace else { throw .imageExists(path: shown) }
        guard try hasVersion(path) else { throw .notASkopeoDirectory(path: shown) }
        for name in entries {
            guard isPart(name), try size(of: "\(path)/\(name)") != nil else {
                throw .skopeoDirectoryHoldsMore(path: shown, name: name)
            }
        }
        return .replace
    }

    /// By this file skopeo itself knows that it may overwrite a directory.
    private static func hasVersion(_ path: String) throws(DestinationError) -> Bool {
        let file = path + "/" + SkopeoDirectorySink.versionFile
        guard let size = try size(of: file), size <= 100 else { return false }
        do throws(IOFailure) {
            let bytes = try FileWindow(try OpenFile(path: file), offset: 0, size: size).bytes(limit: 100)
            return bytes.starts(with: "Directory Transport Version: ".utf8)
        } catch { throw .io(error) }
    }

    /// `nil` if it is no file.
    private static func size(of path: String) throws(DestinationError) -> Int64? {
        do throws(IOFailure) { return try FileSystem.presentSize(path) } catch { throw .io(error) }
    }

    /// `<hex>`, `<hex>.manifest.json`, `signature-1`, `<hex>.signature-1`.
    private static func isPart(_ name: String) -> Bool {
        if name == SkopeoDirectorySink.versionFile || name == SkopeoDirectorySink.topFile { return true }
        let (stem, rest) = name.firstIndex(of: ".").map { (name[..<$0], name[$0...]) } ?? (name[...], "")
        if Digest(algorithm: .sha256, hex: String(stem)) != nil {
            return rest.isEmpty || rest == ".manifest.json" || rest.hasPrefix(".signature-")
        }
        return rest.isEmpty && stem.hasPrefix("signature-")
    }

    package var traits: DestinationTraits {
        var traits = DestinationTraits(.skopeoDirectory)
        traits.keepsNames = false
        return traits
    }

    package func fitted(_ outcome: MergeOutcome) throws(DestinationError) -> FittedPlan {
        let plan = outcome.plan.withDistinctRoots
        try Self.check(plan)
        let names = Self.lostNames(of: plan)
        return FittedPlan(outcome, plan: plan, notes: names.isEmpty ? [] : [.namesLost(names)])
    }

    package var partialPlace: PartialPlace? { PartialPlace(beside: path) }

    package func makeSink(_ context: SinkContext) throws(SinkError) -> any ImageSink {
        try SkopeoDirectorySink(self, syncs: context.syncs, spooled: context.progress)
    }

    /// Refuses a plan that skopeo could not read from such a directory. The directory holds one image, whose index leads
    /// to manifests only (`Unexpectedly received a manifest list instead of a manifest for a single image`). Versions of
    /// skopeo differ in the names of content whose digest is not SHA-256.
    package static func check(_ plan: WritePlan) throws(DestinationError) {
        let roots = Set(plan.roots.map(\.descriptor.digest))
        guard let root = roots.first, roots.count == 1, plan.documents.contains(where: { $0.digest == root }) else {
            let names = Set(plan.roots.compactMap { $0.label?.description }).sorted()
            let unnamed = Set(plan.roots.filter { $0.label == nil }.map(\.descriptor.digest)).sorted()
            throw .notOneImage(count: roots.count, names: names, unnamed: unnamed)
        }
        let digests = plan.blobs.map(\.digest) + plan.documents.map(\.digest)
        if let other = digests.first(where: { $0.algorithm != .sha256 }) { throw .notSHA256(other) }
        if let inner = plan.documents.first(where: { $0.mediaType.isIndex && $0.digest != root }) {
            throw .nestedIndex(inner.digest)
        }
    }

    /// The names that the image has and such a directory cannot keep.
    package static func lostNames(of plan: WritePlan) -> [String] {
        Set(plan.roots.compactMap { $0.label?.description }).sorted()
    }

    // MARK: - For the sink

    /// The error if another program creates the directory meanwhile.
    var occupied: DestinationError { existing == .replace ? .changed(path: typed) : .imageExists(path: typed) }

    /// With the directory back in its place that a killed run has moved aside.
    func restored() throws(SinkError) -> SkopeoDirectoryDestination {
        let kind = try sinking { () throws(IOFailure) in try FileSystem.presentKind(of: path) }
        guard kind == nil, try StagedTree.restore(path) else { return self }
        return try sinking { () throws(DestinationError) in
            try SkopeoDirectoryDestination(path: typed, existing: existing)
        }
    }

    /// Under the lock: the present content must be the content that was checked.
    func confirmed() throws(DestinationError) {
        guard mode == .replace else { return }
        guard try Self.mode(path, existing, shown: path) == mode else { throw .changed(path: path) }
    }

    /// Beside the destination, on its file system.
    func makeStaging() throws(IOFailure) -> StagingDirectory {
        try StagingDirectory(
            in: FileSystem.parent(of: path), for: FileSystem.name(of: path), destination: typed)
    }
}
