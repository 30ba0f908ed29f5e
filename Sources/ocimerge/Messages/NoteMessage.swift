internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// Warnings about sources and results.
enum NoteMessage {
    /// `nil` if other output reports the note already.
    static func sentence(for note: SourceNote, source: String, isCorrected: Bool = true) -> String? {
        let name = TerminalText.part(source)
        switch note {
        case .absent: return nil
        case .layoutFileMissing: return "\(name) has no oci-layout file; it is read as a layout anyway"
        case .layerOrderMended(let digest):
            return "\(name): the layers of manifest \(digest) are in the wrong order (an engine 25.0.0 defect); "
                + (isCorrected ? "the order of manifest.json is used" : "the order of manifest.json is right")
        case .layerRelabelled(let digest, let declared, let actual):
            return "\(name): layer \(digest) is labelled \(TerminalText.part(declared.rawValue)) but is "
                + (actual == .none ? "not compressed" : actual.rawValue)
                + (isCorrected ? "; the label is corrected" : "; a merge corrects the label")
        case .namesDisagree(let label, let containerd):
            return "\(name): an entry named \(TerminalText.part(label.description)) still carries "
                + "\(ImageLabel.containerdKey)=\(TerminalText.part(containerd)) of another tag"
        }
    }

    static func sentence(for note: PlanNote) -> String {
        switch note {
        case .incomplete(let source, let digest, let platform, let isCopied):
            incomplete(text(source), digest, platform, isCopied)
        case .writtenIncomplete(let source, let digest, let what, let platform):
            "\(text(source)): \(platform.map { text($0.description) } ?? "an image") is incomplete, its "
                + "\(what.noun) \(digest) is absent; it is written without it"
        case .rootAbsent(let source, let digest):
            "\(text(source)): its index names \(digest), which is absent; it is left out"
        case .notAnImage(let source, let digest):
            "\(text(source)): \(digest) is not a container image; it is left out"
        case .onlyInOne(let name, let source): "\(text(name)) is only in \(text(source))"
        case .sameLayers(let platforms):
            "\(WordList.text(platforms.map { text($0.description) }, with: "and")) have the same layers; if these contain programs, a platform "
                + "is wrong"
        case .noCommonName(let names):
            "the sources have different names (\(names.map(text).joined(separator: ", "))), so the result has none; name "
                + "it with -t NAME"
        case .nameLeftOut(let name):
            "\(text(name)) has no image for the selected platforms; it is left out"
        case .configDisagrees(let source, let config, let descriptor, let isCopied):
            disagreement(text(source), config, descriptor, isCopied)
        case .attestationDropped(let source, let digest, let isIncomplete):
            "\(text(source)): attestation \(digest) "
                + (isIncomplete ? "is incomplete" : "belongs to an index that is not copied") + "; it is left out"
        case .attestationOutdated(let source, let platform):
            "\(text(source)): the attestation of \(text(platform.description)) names \(outdated)"
        case .referrerOutdated(let source, let digest, let subject):
            "\(text(source)): \(digest) refers to \(subject), \(outdated)"
        case .referrerLeft(let source, let digest, let subject, let type):
            "\(text(source)): \(digest) (\(text(type))) refers to \(subject); it is not copied without --referrers"
        case .referrerStays(let source, let digest, let subject):
            "\(text(source)): \(digest) refers to \(subject), which is not in the result; it is not copied"
        case .signatureOutdated(let source, let name, let subject):
            "\(text(source)): signature \(text(name)) is for \(subject), \(outdated)"
        case .notConverted(let count): notConverted(count)
        case .reusable(let layers, let bytes): reusable(layers, bytes)
        case .pinnedInArchive(let digest):
            "image \(digest) is packed by its digest: docker and podman load it without a name; ctr finds it by "
                + "REPO@DIGEST"
        case .unnamedInArchive(let digest):
            "image \(digest) has no full name: docker and podman load it without one, and ctr skips it; name it with "
                + "-t NAME"
        case .notForDocker(let digest):
            "of image \(digest) some layers are absent or of a type unknown to docker: docker without the containerd "
                + "store cannot load it"
        case .zstandardInArchive(let digest):
            "image \(digest) has zstd layers, which docker before version 23 cannot load"
        case .namesLost(let names): namesLost(names)
        case .notInDockerArchive(let digest):
            "\(digest) is not a container image, so a docker-archive cannot hold it; it is left out"
        case .layerKept(let type, let compression): kept(type, "cannot be", compression)
        case .layerElsewhere(let type, let compression):
            kept(type, "whose bytes are stored elsewhere are not", compression)
        }
    }

    private static func text(_ text: String) -> String { TerminalText.part(text) }

    private static let outdated = "the digest of the image before its edit"

    private static func incomplete(
        _ source: String, _ digest: Digest, _ platform: Platform?, _ isCopied: Bool
    ) -> String {
        let what = platform.map { $0.isUnknown ? "an attestation" : $0.description } ?? "an image"
        let end = isCopied ? "the copy lacks it too" : "it is left out"
        return "\(source): \(text(what)) is incomplete, \(digest) is absent; \(end)"
    }

    private static func disagreement(
        _ source: String, _ config: Platform, _ descriptor: Platform, _ isCopied: Bool
    ) -> String {
        let end = isCopied ? "both are copied unchanged" : "the config is used"
        return "\(source): the config says \(text(config.description)), the index says "
            + "\(text(descriptor.description)); \(end)"
    }

    private static func notConverted(_ count: Int) -> String {
        let kind = CountText.form(
            count, "is not a container image (usually an attestation) and has",
            "are not container images (usually attestations) and have")
        return
            "\(CountText.text(count, "manifest")) \(kind) no docker format; \(CountText.form(count, "it stays", "they stay")) "
            + "OCI in docker's list, which some registries refuse"
    }

    private static func reusable(_ layers: Int, _ bytes: Int64) -> String {
        "the receiver has the content of \(CountText.text(layers, "layer")) (\(ByteCount.text(bytes))) in another "
            + "compression; --reuse leaves \(CountText.form(layers, "it", "them")) out too and changes the manifests"
    }

    private static func namesLost(_ names: [String]) -> String {
        let list = names.map(text).joined(separator: ", ")
        return "a dir: directory cannot hold names; \(list) \(CountText.form(names.count, "is", "are")) not kept"
    }

    private static func kept(_ type: MediaType, _ why: String, _ compression: LayerCompression) -> String {
        "layers of type \(text(type.rawValue)) \(why) "
            + (compression == .none ? "stored plain" : "compressed with \(compression.rawValue)")
            + "; they are not changed"
    }

    /// `nil` unless the plan gives a name to an image in docker's format: containers/image finds only OCI descriptors by
    /// name in a layout.
    static func dockerFormatInLayout(_ plan: WritePlan) -> String? {
        let format = ImageFormat.docker
        let isHidden = plan.roots.contains { root in
            root.label != nil && [format.index, format.manifest].contains(root.descriptor.mediaType)
        }
        guard isHidden else { return nil }
        return
            "skopeo and podman do not find an image of docker's format by its name in an OCI image layout; if it is "
            + "the only one, they find it without the name"
    }

    static func repeated(source: String) -> String { "\(TerminalText.part(source)) is given more than once" }

    static func unknownPlatform(_ platform: Platform, source: String) -> String {
        "\(TerminalText.part(source)): \(TerminalText.part(platform.description)) is not a known platform"
    }

    /// Warnings about platforms in the configs of a source. They are kept as they are.
    static func unknownPlatforms(of source: Source) -> [String] {
        let platforms = Set(source.graph.configs.compactMap(\.view.platform)).filter { !TypedPlatform.isKnown($0) }
        let shown = platforms.sorted().prefix(3)
        let more = platforms.count - shown.count
        return shown.map { unknownPlatform($0, source: source.reference.text) }
            + (more > 0 ? ["\(TerminalText.part(source.reference.text)): \(more) more unknown platforms"] : [])
    }
}

extension Console {
    /// Prints each note once.
    func warn(_ notes: [PlanNote]) {
        var said: Set<PlanNote> = []
        for note in notes where said.insert(note).inserted { warn(NoteMessage.sentence(for: note)) }
    }
}
