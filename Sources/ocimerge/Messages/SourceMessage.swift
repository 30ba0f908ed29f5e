internal import ByteIO
internal import ImageModel
internal import ImageSources

extension SourceError: Reportable {
    var sentence: String {
        func path(_ path: String) -> String { FileMessage.name(path) }
        func text(_ text: String) -> String { TerminalText.part(text) }
        switch self {
        case .io(let failure): return failure.sentence
        case .tar(let error): return error.sentence
        case .member(let error): return error.sentence
        case .noSuchPath(let name): return "no such file or directory: \(text(name))\(UnreadSource.advice(for: name))"
        case .noSuchPaths(let names):
            let shown = names.prefix(10).map(text).joined(separator: ", ")
            let more = names.count > 10 ? " and \(names.count - 10) more" : ""
            return "no such files or directories: \(shown)\(more)"
        case .platformFirst(let source, let platform):
            return
                "a platform follows its source: write "
                + ShellText.quoted("\(source)=\((try? Platform(parsing: platform))?.description ?? platform)")
        case .tooLong(let limit): return "a source is longer than the \(limit) bytes that any path and name can have"
        case .emptySelection(let source):
            return "\(text(source)) lacks a name or a digest at its end; write PATH, PATH:NAME or PATH@DIGEST"
        case .malformedDigest(let source, let digest):
            return "\(text(source)): '\(text(digest))' is not a digest; write PATH@sha256:HEX with 64 lower-case "
                + "digits"
        case .malformedPlatform(let source, let platform):
            return
                "\(text(source)): "
                + (source.hasPrefix(RegistryReference.scheme) ? "" : "no such file, and ")
                + "'\(text(platform))' is not a platform; write SOURCE=os/architecture[/variant]"
        case .malformedReference(let name, let flaw):
            return "cannot read \(text(Userinfo.cut(from: name))): \(ReferenceMessage.phrase(for: flaw))"
        case .notInRegistry(let reference):
            return "\(RegistryReference.scheme)\(reference): the registry has no such image"
        case .registry(let error): return error.sentence
        case .standardInputTwice: return "standard input can be a source only once"
        case .standardInputIsTerminal: return "standard input is a terminal; pipe an archive into it or name a file"
        case .unknownFormat(let name, let images, let isMore):
            let below = images.map { text("\(name)/\($0)") }.joined(separator: ", ")
            return "\(path(name)) is neither an OCI image layout nor a docker-save archive nor a skopeo directory"
                + (images.isEmpty ? "" : "; images are in \(below)\(isMore ? " and perhaps others" : "")")
        case .registryStorage(let name):
            return
                "\(path(name)) is the storage of a docker-registry, not an image; serve it and name an image as "
                + "docker://HOST/REPO:TAG"
        case .wrongDialect(let name, let wanted, let found):
            return "\(path(name)) does not match \(wanted):; it is \(article(found)) \(found)"
        case .rootFileSystem(let name):
            return
                "\(path(name)) holds a root file system, not an image; 'docker export', 'crane export' and BuildKit "
                + "write such files: save the image instead, as 'docker save' does"
        case .beforeManifests(let name):
            return
                "\(path(name)) was written by a docker older than 1.10 and has no manifest.json; load it into a "
                + "current engine and save it again"
        case .layoutVersion(let name, let found):
            return "\(path(name)): oci-layout has version '\(text(found))', but 1.0.0 is required"
        case .schema1(let name, let digest):
            return
                "\(path(name)): manifest \(digest) is schema 1, which is not supported; pull and save the image "
                + "again with a current tool"
        case .document(let name, let member, let error):
            return "\(path(name)): \(text(member)) \(DocumentMessage.phrase(for: error))"
        case .documentSize(let name, let member, let expected, let found):
            return "\(path(name)): \(text(member)) is damaged: \(expected) bytes expected, \(found) found"
        case .documentTooLarge(let name, let member, let limit):
            return
                "\(path(name)): \(text(member)) is larger than the \(ByteCount.text(limit)) allowed for such a document"
        case .documentsTooLarge(let name, let limit):
            return
                "\(path(name)): its manifests and configs are together larger than the \(ByteCount.text(limit)) allowed"
        case .documentDigest(let name, let member, let expected, let found):
            return "\(path(name)): \(text(member)) is damaged: \(expected) expected, its content has digest \(found)"
        case .severalTypes(let name, let digest, let first, let second):
            return
                "\(path(name)): \(digest) is named both as \(text(first.rawValue)) and as \(text(second.rawValue)); it is "
                + "ambiguous, so it is refused"
        case .tooDeep(let name, let digest): return "\(path(name)): indexes are nested too deeply at \(digest)"
        case .missingMember(let name, let member):
            return "\(path(name)) lacks \(text(member)), which its manifest names"
        case .layerDigest(let name, let member, let expected, let found):
            return
                "\(path(name)): layer \(text(member)) is damaged: \(expected) expected, its content has digest \(found)"
        case .layerCount(let name, let image, let layers, let diffIDs):
            return "\(path(name)): image \(text(image)) has \(layers) layers, but its config names \(diffIDs)"
        case .layerCompression(let name, let member, let format):
            return
                "\(path(name)): layer \(text(member)) is compressed with \(format), for which images have no "
                + "media type; compress it with gzip or zstd, or not at all"
        case .edit(let error): return error.sentence
        case .noImage(let name): return "\(path(name)) holds no image"
        case .noSuchImage(let source, let wanted, let names):
            return "\(text(source)): no image \(text(wanted)) in it; \(nearest(to: wanted, names))\(list(names))"
        case .ambiguousName(let source, let wanted, let names):
            return "\(text(source)): '\(text(wanted))' matches several images; \(list(names))"
        }
    }

    private func article(_ noun: String) -> String { noun.first.map("AEIOaeio".contains) == true ? "an" : "a" }

    /// Compares with full names and with short ones as docker writes them.
    private func nearest(to wanted: String, _ names: [String]) -> String {
        let candidates = names.map { ImageName(parsing: $0)?.familiar ?? $0 }
        guard let name = Spelling.nearest(to: wanted, among: candidates + names) else { return "" }
        return "did you mean \(TerminalText.part(name))? "
    }

    private func list(_ names: [String]) -> String {
        if names.isEmpty { return "its images have no names, choose one with PATH@DIGEST" }
        let shown = names.prefix(10).map(TerminalText.part).joined(separator: ", ")
        return "it holds \(shown)" + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }

    /// Whether the text of a source is wrong, independent of what stands on the disk or in a registry.
    var isUsage: Bool {
        switch self {
        case .tooLong, .emptySelection, .malformedDigest, .malformedPlatform, .malformedReference, .standardInputTwice,
            .standardInputIsTerminal:
            true
        default: false
        }
    }
}
