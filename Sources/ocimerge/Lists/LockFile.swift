internal import ByteIO
internal import ImageModel
internal import ImageSources
internal import Registry
internal import Synchronization

/// A lock file: a list of references, each with the digest that its registry served. `pack --lock` writes it.
struct LockFile {
    let path: String
    /// By the reference without the digest.
    private var digests: [RegistryReference: Digest] = [:]

    init(reading path: String) throws(ImageListErrors) {
        self.path = path
        var errors: [ImageListError] = []
        for image in try ImageList(reading: path).images {
            guard let reference = (try? SourceReference(parsing: image.source))?.registry,
                let digest = reference.digest
            else {
                errors.append(ImageListError(file: path, line: image.line, .notLocked(image.source)))
                continue
            }
            let known = digests.updateValue(digest, forKey: Self.key(reference))
            if let known, known != digest {
                errors.append(ImageListError(file: path, line: image.line, .lockedTwice(image.source, known)))
            }
        }
        if !errors.isEmpty { throw ImageListErrors(errors) }
    }

    /// Without its digest if it has a tag, and with the implied tag.
    private static func key(_ reference: RegistryReference) -> RegistryReference {
        if reference.tag == nil, reference.digest != nil { return reference }
        return RegistryReference(reference.repository, tag: reference.tag ?? ImageName.defaultTag)
    }

    /// `nil` if the file does not have the reference.
    func digest(of reference: RegistryReference) -> Digest? { digests[Self.key(reference)] }

    /// The text of a lock file: sorted, each line once.
    static func text(of images: [Entry]) -> String {
        Set(images.map(\.line)).sorted().map { $0 + "\n" }.joined()
    }

    struct Entry {
        let reference: RegistryReference
        /// What the registry served, before a platform was selected.
        let digest: Digest
        /// The platform that the list declares; `nil` if it declares none.
        let platform: Platform?
        /// `nil` if the image keeps its name.
        let name: ImageName?

        fileprivate var line: String {
            let tag = LockFile.key(reference).tag
            let locked = RegistryReference(reference.repository, tag: tag, digest: digest)
            let declared = platform.map { "=\($0)" } ?? ""
            return [locked.description + declared, name?.full].compactMap(\.self).joined(separator: " ")
        }
    }
}

extension ListedSources {
    /// The items as they are read: with a lock file, each image by its locked digest. Tags are compared with their
    /// registries.
    func locked(_ registries: RegistryAccess) -> (items: [Item], problems: [SourceProblem]) {
        guard let locked else { return (items, []) }
        let outcomes = Mutex([Result<Item, SourceProblem>?](repeating: nil, count: items.count))
        let items = items
        Threads.forEach(items.count, jobs: Self.connections) { number in
            let outcome = Self.locked(items[number], locked, registries)
            outcomes.withLock { $0[number] = outcome }
        }
        var result: [Item] = []
        var problems: [SourceProblem] = []
        for outcome in outcomes.withLock({ $0 }).compactMap(\.self) {
            switch outcome {
            case .success(let item): result.append(item)
            case .failure(let problem): problems.append(problem)
            }
        }
        return (result, problems)
    }

    /// Asks the registry for the digest of a tag; a reference with a digest needs no request.
    private static func locked(
        _ item: Item, _ lock: LockFile, _ registries: RegistryAccess
    ) -> Result<Item, SourceProblem> {
        guard let reference = item.reference.registry else { return .success(item) }
        func failure(_ reason: SourceProblem.Reason) -> Result<Item, SourceProblem> {
            .failure(SourceProblem(source: item.reference.text, lines: item.lines, reason))
        }
        guard let digest = lock.digest(of: reference) else { return failure(.notLocked(lock: lock.path)) }
        let place = item.reference.readPlace ?? reference
        if let stated = reference.digest {
            if stated != digest { return failure(.moved(locked: digest, found: stated)) }
        } else {
            do throws(RegistryError) {
                let served = try registries.repository(place.repository).manifestDigest(place.target)
                guard let served else { return failure(.unreadable(.notInRegistry(place))) }
                if served != digest { return failure(.moved(locked: digest, found: served)) }
            } catch { return failure(.unreadable(.registry(error))) }
        }
        var item = item
        item.reference.readPlace = RegistryReference(place.repository, tag: place.tag, digest: digest)
        return .success(item)
    }
}
