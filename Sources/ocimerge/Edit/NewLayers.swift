internal import ByteIO
internal import ImageLayers
internal import ImageModel
internal import ImageSources

/// The layers that one run of `edit` adds. All images of the run share what is read and made for them.
final class NewLayers {
    private let requests: [LayerRequest]
    private var maker: LayerMaker

    /// `nil` if the command line adds none.
    init?(_ options: EditRequest, time: Int64?, spool: SpoolDirectory?) {
        guard let spool, !options.layers.isEmpty || !options.deletions.isEmpty else { return nil }
        var requests = options.layers.map { text in
            LayerRequest(Self.content(text), origin: "ocimerge edit --add-layer \(text)")
        }
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

    /// The layers on top of those of the image.
    func made(on manifest: Digest, of source: Source) throws(CommandError) -> [AddedLayer] {
        let base = try source.layers(of: manifest)
        return try CommandError.checked { () throws(LayerMakingError) in
            try maker.layers(requests, on: base) { _ in }
        }
    }

    /// The longest existing path wins, so any name can be given. What exists as a whole is no directory with a target.
    private static func content(_ text: String) -> LayerRequest.Content {
        if FileSystem.kind(of: text) == .directory { return .directory(text, at: "/") }
        if FileSystem.kind(of: text) == nil, let equals = text.lastIndex(of: "=") {
            return .directory(String(text[..<equals]), at: String(text[text.index(after: equals)...]))
        }
        return .archive(text)
    }

    /// Refuses a directory that would contain the result: the result would become a part of itself.
    static func checkPlaces(_ options: EditRequest) throws(LayerPlaceError) {
        guard let output = options.revision.output, options.revision.run.dryRun == false,
            !output.hasPrefix(RegistryReference.scheme), output != "-"
        else { return }
        // The destination need not exist yet.
        let place = FileSystem.resolved(FileSystem.parent(of: output)) + "/" + FileSystem.name(of: output)
        for text in options.layers {
            guard case .directory(let path, _) = content(text) else { continue }
            let folder = FileSystem.resolved(path)
            if place.hasPrefix(folder == "/" ? folder : folder + "/") || FileSystem.resolved(output) == folder {
                throw LayerPlaceError(directory: path, destination: output)
            }
        }
    }
}

/// The destination is inside a directory that becomes a layer.
struct LayerPlaceError: Error {
    let directory: String
    let destination: String
}
