internal import ByteIO
internal import ImageLayers
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// The layers that one run of `edit` adds. All images of the run share what is read and made for them.
final class NewLayers {
    private let requests: [LayerRequest]
    private var maker: LayerMaker

    /// `nil` if the command line adds none.
    init?(_ options: EditRequest, time: Int64?, spool: SpoolDirectory?) throws(CommandError) {
        guard let spool, !options.layers.isEmpty || !options.deletions.isEmpty else { return nil }
        var requests = try CommandError.checked { () throws(IOFailure) in try options.layers.map(Self.request) }
        if !options.deletions.isEmpty {
            let words = options.deletions.map { "--delete \($0)" }.joined(separator: " ")
            requests.insert(LayerRequest(.deletion(options.deletions), origin: "ocimerge edit \(words)"), at: 0)
        }
        self.requests = requests
        let chosen = options.compression
        maker = LayerMaker(
            spool: spool, recipe: chosen.map(\.recipe) ?? .gzip(level: Recipe.defaultGzipLevel),
            isExplicit: chosen != nil, time: time ?? 0, owner: options.owner,
            jobs: options.revision.run.jobs.threads)
    }

    /// The layers on top of those of the image. `bar` counts the bytes of directories, archives and layers that are read.
    func made(on image: PlatformImage, of source: Source, _ bar: ProgressBar) throws(CommandError) -> [AddedLayer] {
        let base = try source.layers(of: image.manifest)
        do throws(LayerMakingError) {
            return try maker.layers(requests, on: base) { bar.advance($0) }
        } catch {
            throw CommandError(ImageLayerError(source: source.reference.text, platform: image.platform, cause: error))
        }
    }

    /// The history does not tell where the files were on this machine.
    private static func request(_ text: String) throws(IOFailure) -> LayerRequest {
        guard let (path, target) = try directory(in: text) else {
            return LayerRequest(.archive(text), origin: "ocimerge edit --add-layer TAR")
        }
        return LayerRequest(.directory(path, at: target), origin: "ocimerge edit --add-layer DIR=\(target)")
    }

    /// The directory that an argument names, and its place in the image. The longest path wins that is a directory. `nil`
    /// if the argument names a file, or nothing that exists.
    static func directory(in text: String) throws(IOFailure) -> (path: String, target: String)? {
        switch try FileSystem.presentKind(of: text) {
        case .directory: return (text, "/")
        case nil: break
        default: return nil
        }
        let signs = text.utf8.indices.filter { text.utf8[$0] == UInt8(ascii: "=") }
        for sign in signs.reversed() {
            let path = String(decoding: text.utf8[..<sign], as: UTF8.self)
            guard try FileSystem.presentKind(of: path) == .directory else { continue }
            return (path, String(decoding: text.utf8[text.utf8.index(after: sign)...], as: UTF8.self))
        }
        return nil
    }

    /// Refuses an archive with a place in the image, and a directory with an empty one.
    static func checkTarget(_ text: String) throws(CommandError) {
        let wrong = try CommandError.checked { () throws(IOFailure) -> UsageError? in
            if let (_, target) = try directory(in: text) { return target.isEmpty ? .emptyTarget(argument: text) : nil }
            guard try !FileSystem.isPresent(text), let sign = text.utf8.lastIndex(of: UInt8(ascii: "=")) else {
                return nil
            }
            let path = String(decoding: text.utf8[..<sign], as: UTF8.self)
            return try FileSystem.isPresent(path) ? .archiveTarget(argument: text, file: path) : nil
        }
        if let wrong { throw CommandError(wrong) }
    }

    /// Refuses a directory that would contain the result: the result would become a part of itself. `source` is a file or
    /// directory that changes in place.
    static func checkPlaces(_ options: EditRequest, source: String?) throws(CommandError) {
        guard let result = options.revision.output.map(Destinations.path(of:)) ?? source, !options.revision.run.dryRun,
            !result.hasPrefix(RegistryReference.scheme), result != "-"
        else { return }
        // The destination need not exist yet.
        let trimmed = FileSystem.trimmingSlashes(result)
        let place = FileSystem.resolved(FileSystem.parent(of: trimmed)) + "/" + FileSystem.name(of: trimmed)
        for text in options.layers {
            let found = try CommandError.checked { () throws(IOFailure) in try directory(in: text) }
            guard let (path, _) = found else { continue }
            let folder = FileSystem.resolved(path)
            if place.hasPrefix(folder == "/" ? folder : folder + "/") || FileSystem.resolved(trimmed) == folder {
                throw CommandError(LayerPlaceError(directory: path, destination: result))
            }
        }
    }
}

/// A layer that cannot be made for an image of the source.
struct ImageLayerError: Error {
    let source: String
    /// `nil` if the image has none.
    let platform: Platform?
    let cause: LayerMakingError
}

/// The destination is inside a directory that becomes a layer.
struct LayerPlaceError: Error {
    let directory: String
    let destination: String
}
