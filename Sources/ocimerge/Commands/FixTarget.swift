internal import ByteIO
internal import ImageModel
internal import ImageSinks
internal import ImageSources

/// Where a correction goes.
enum FixTarget {
    case layout(LayoutDestination)
    case archive(ArchiveDestination)
    case inPlace(String)

    init(_ request: FixRequest, _ reference: SourceReference) throws {
        guard let output = request.output else {
            guard case .path(let path) = reference.place, FileSystem.kind(of: path) != .other else {
                throw UsageError.inPlaceStream(request.source)
            }
            self = .inPlace(path)
            return
        }
        let isDirectory =
            if case .path(let path) = reference.place { FileSystem.kind(of: path) == .directory } else { false }
        if !isDirectory, request.existing != .update,
            let destination = try ArchiveDestination(parsing: output, replaces: request.existing == .force)
        {
            self = .archive(destination)
        } else {
            self = .layout(try LayoutDestination(parsing: output, existing: request.existing.layout))
        }
    }
}

/// Room for the layers of a compressed archive, where somebody has to look into them. It stands beside the destination
/// and is gone at the end.
struct FixSpool {
    let directory: SpoolDirectory
    private let staging: StagingDirectory

    /// nil: nobody needs to look.
    init?(_ reference: SourceReference, _ choice: FixChoice, beside destination: String?, isDryRun: Bool) throws {
        guard case .auto = choice, !isDryRun, case .path(let path) = reference.place,
            FileSystem.kind(of: path) == .file, try ArchiveInput(OpenFile(path: path)).compression != nil
        else { return nil }
        let place = destination ?? FileSystem.resolved(path)
        staging = try StagingDirectory(in: FileSystem.parent(of: place), for: FileSystem.name(of: place))
        do throws(IOFailure) { directory = try SpoolDirectory(staging.path + "/spool") } catch {
            staging.discard()
            throw error
        }
    }

    func discard() { staging.discard() }
}
