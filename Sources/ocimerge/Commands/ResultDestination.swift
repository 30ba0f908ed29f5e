internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// Where the usual road ends: what the result looks like there, and the sink that puts it there.
struct ResultDestination {
    private let destination: Destination
    private let defaultPlatform: Platform?

    init(_ text: String, existing: ExistingDestination, defaultPlatform: Platform? = nil) throws {
        destination = try Destination(parsing: text, existing: existing.layout)
        if case .standardOutput = destination, StandardStreams.isTerminal(.output) { throw TerminalOutput() }
        self.defaultPlatform = defaultPlatform
    }

    /// Where the report goes: not among the bytes of the result.
    var reports: StandardStreams.Stream { if case .standardOutput = destination { .error } else { .output } }

    /// Names must tell apart what stays from what is new.
    var isUpdate: Bool { if case .layout(let layout) = destination { layout.mode == .update } else { false } }

    /// nil: a layout, which has no order.
    private var form: (any ArchiveForm)? {
        switch destination {
        case .layout: nil
        case .archive(_, let kind), .standardOutput(let kind):
            switch kind {
            case .portable: OCIArchiveForm.portable(defaultPlatform: defaultPlatform)
            case .oci: OCIArchiveForm.plain
            case .docker: DockerArchiveForm()
            }
        }
    }

    /// One name, one root: what else loses platforms or names in nearly every loader.
    var joinsSideBySide: Bool { form != nil }

    /// The plan as it fits there, and what is to be said about it.
    func fitted(_ outcome: MergeOutcome) throws -> MergeOutcome {
        guard let form else { return outcome }
        var fitted = outcome
        fitted.plan = try form.archived(outcome.plan)
        fitted.notes += try form.notes(on: outcome.plan)
        return fitted
    }

    func sink(syncs: Bool, spooled: @escaping @Sendable (Int) -> Void) throws -> any ResultSink {
        switch destination {
        case .layout(let layout): try LayoutSink(layout, syncs: syncs, spooled: spooled)
        case .archive(let archive, _):
            if archive.compression == nil {
                try ArchiveSink(archive, syncs: syncs, spooled: spooled)
            } else {
                try ArchiveStreamSink(archive, syncs: syncs, spooled: spooled)
            }
        case .standardOutput:
            try ArchiveStreamSink(
                spoolingIn: ProcessEnvironment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp",
                spooled: spooled)
        }
    }
}

/// Nobody reads an archive on a terminal.
struct TerminalOutput: Error {}
