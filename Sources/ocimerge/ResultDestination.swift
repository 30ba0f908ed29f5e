internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import Registry

/// Where the usual road ends: what the result looks like there, and the sink that puts it there.
struct ResultDestination {
    private var destination: Destination
    private let defaultPlatform: Platform?
    private let isIncrement: Bool

    /// `isIncrement`: blobs will be left out, which is nothing for a layout nor for docker.
    init(
        _ text: String, existing: ExistingDestination, defaultPlatform: Platform? = nil, format: ImageFormat? = nil,
        volumeSize: Int64? = nil, isIncrement: Bool = false
    ) throws {
        destination = try Destination(parsing: text, existing: existing.layout, volumeSize: volumeSize)
        self.isIncrement = isIncrement
        self.defaultPlatform = defaultPlatform
        if isIncrement { try Self.checkIncrement(destination, text) }
        if defaultPlatform != nil, isIncrement || kind != .portable {
            throw UsageError.defaultPlatformElsewhere(destination: text)
        }
        if format == .oci, kind == .docker { throw UsageError.formatOfDockerArchive(destination: text) }
        if case .standardOutput = destination, StandardStreams.isTerminal(.output) { throw TerminalOutput() }
    }

    private static func checkIncrement(_ destination: Destination, _ text: String) throws(IncrementDestination) {
        switch destination {
        case .archive(_, .portable), .archive(_, .oci), .standardOutput(.portable), .standardOutput(.oci): break
        default: throw IncrementDestination(text: text)
        }
    }

    /// With the names that the user gives: in a registry they are tags of the one repository. Also refused is what would
    /// mean nothing there.
    func named(_ names: [ImageName]) throws -> ResultDestination {
        guard case .registry(let registry) = destination else { return self }
        var result = self
        result.destination = .registry(try registry.adding(names))
        return result
    }

    var isRegistry: Bool { if case .registry = destination { true } else { false } }

    /// Under which names a registry will have which image of the result; nil: it goes elsewhere.
    func registryNames(of plan: WritePlan) throws -> [Digest: [String]]? {
        guard case .registry(let registry) = destination else { return nil }
        return try registry.names(of: plan.roots)
    }

    /// `readsRegistry`: bytes come from one.
    func threads(_ jobs: JobCount, readsRegistry: Bool = false) -> Int {
        isRegistry || readsRegistry ? jobs.connections : jobs.threads
    }

    /// Where the report goes: not among the bytes of the result.
    var reports: StandardStreams.Stream { if case .standardOutput = destination { .error } else { .output } }

    /// Names must tell apart what stays from what is new.
    var isUpdate: Bool { if case .layout(let layout) = destination { layout.mode == .update } else { false } }

    /// Images are found through an `index.json`.
    var hasIndex: Bool {
        switch destination {
        case .directory, .registry: false
        default: kind != .docker
        }
    }

    /// nil: it is no archive.
    private var kind: Destination.ArchiveKind? {
        switch destination {
        case .layout, .directory, .registry: nil
        case .archive(_, let kind), .standardOutput(let kind): kind
        }
    }

    /// Blobs that a layout keeps when it is updated.
    func held() throws -> HeldBlobs? {
        if case .layout(let layout) = destination { try HeldBlobs(layout) } else { nil }
    }

    /// nil: a directory, whose files have no order.
    private var form: (any ArchiveForm)? {
        switch kind {
        case nil: nil
        case .portable where isIncrement, .oci where isIncrement: OCIArchiveForm.increment
        case .portable: OCIArchiveForm.portable(defaultPlatform: defaultPlatform)
        case .oci: OCIArchiveForm.plain
        case .docker: DockerArchiveForm()
        }
    }

    /// One name, one root: what else loses platforms or names in nearly every loader.
    var joinsSideBySide: Bool {
        if case .layout = destination { false } else { true }
    }

    /// The plan as it fits there, and what is to be said about it.
    func fitted(_ outcome: MergeOutcome) throws -> MergeOutcome {
        var fitted = outcome
        if case .directory = destination {
            try SkopeoDirectoryDestination.check(outcome.plan)
            let names = SkopeoDirectoryDestination.lostNames(of: outcome.plan)
            if !names.isEmpty { fitted.notes.append(.namesLost(names)) }
        }
        if case .registry(let registry) = destination { _ = try registry.image(of: outcome.plan.roots) }
        guard let form else { return fitted }
        fitted.plan = try form.archived(outcome.plan)
        fitted.notes += try form.notes(on: outcome.plan)
        return fitted
    }

    /// `chunkSize`: of uploads to a registry.
    func sink(
        syncs: Bool, registries: RegistryAccess, chunkSize: Int64? = nil, spooled: @escaping @Sendable (Int) -> Void
    ) throws -> any ResultSink {
        switch destination {
        case .layout(let layout): try LayoutSink(layout, syncs: syncs, spooled: spooled)
        case .directory(let directory): try SkopeoDirectorySink(directory, syncs: syncs, spooled: spooled)
        case .archive(let archive, _):
            if archive.compression == nil, archive.volumeSize == nil {
                try ArchiveSink(archive, syncs: syncs, spooled: spooled)
            } else {
                try ArchiveStreamSink(archive, syncs: syncs, spooled: spooled)
            }
        case .standardOutput: try ArchiveStreamSink(spoolingIn: Self.temporary, spooled: spooled)
        case .registry(let registry):
            try RegistrySink(
                registry, registries, UploadOptions(chunkSize: chunkSize, ledger: .ofUser()),
                temporary: Self.temporary, sending: spooled)
        }
    }

    /// Where streams wait that go to no directory.
    static var temporary: String {
        ProcessEnvironment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }
}

/// Nobody reads an archive on a terminal.
struct TerminalOutput: Error {}

/// An increment is an archive that only its receiver completes.
struct IncrementDestination: Error { let text: String }
