internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// Sentences for what is odd but no reason to stop.
enum NoteMessage {
    /// nil: not worth a sentence of its own.
    static func sentence(for note: SourceNote, source: String, isCorrected: Bool = true) -> String? {
        let name = TerminalText.escaped(source)
        switch note {
        case .absent: return nil
        case .layoutFileMissing: return "\(name) has no oci-layout file; it is read as a layout all the same"
        case .layerOrderMended(let digest):
            return "\(name): the layers of manifest \(digest) stand in the wrong order (an engine 25.0.0 defect); "
                + (isCorrected ? "the order of manifest.json is used" : "that of manifest.json is right")
        case .layerRelabelled(let digest, let declared, let actual):
            return "\(name): layer \(digest) is labelled \(TerminalText.escaped(declared.rawValue)) but is "
                + (actual == .none ? "not compressed" : actual.rawValue)
                + (isCorrected ? "; the label is corrected" : "; a merge corrects the label")
        }
    }

    static func sentence(for note: MergeNote) -> String {
        switch note {
        case .incomplete(let source, let digest, let platform, let isCopied):
            incomplete(text(source), digest, platform, isCopied)
        case .rootAbsent(let source, let digest):
            "\(text(source)): its index names \(digest), which is absent; it is left out"
        case .notAnImage(let source, let digest):
            "\(text(source)): \(digest) is no container image; it is left out"
        case .onlyInOne(let name, let source): "\(text(name)) is only in \(text(source))"
        case .nameLeftOut(let name):
            "\(text(name)) has no image for the platforms that are kept; it is left out"
        case .configDisagrees(let source, let config, let descriptor, let isCopied):
            disagreement(text(source), config, descriptor, isCopied)
        case .attestationDropped(let source, let digest, let isIncomplete):
            "\(text(source)): attestation \(digest) "
                + (isIncomplete ? "is incomplete" : "belongs to an index that is not copied") + "; it is left out"
        case .attestationOutdated(let source, let platform):
            "\(text(source)): the attestation of \(text(platform.description)) speaks of \(outdated)"
        case .referrerOutdated(let source, let digest, let subject):
            "\(text(source)): \(digest) refers to \(subject), \(outdated)"
        case .referrerStays(let source, let digest, let subject):
            "\(text(source)): \(digest) refers to \(subject), which is not in the result; it does not follow"
        case .signatureOutdated(let source, let name, let subject):
            "\(text(source)): signature \(text(name)) is for \(subject), \(outdated)"
        case .notConverted(let count): notConverted(count)
        case .reusable(let layers, let bytes): reusable(layers, bytes)
        case .unnamedInArchive(let digest):
            "image \(digest) has no full name: docker and podman load it without one, and ctr skips it; a copy with "
                + "-t NAME has one"
        case .notForDocker(let digest):
            "of image \(digest) some layers are absent or of a kind that docker does not know: docker without "
                + "containerd's store loads nothing of it"
        case .zstandardInArchive(let digest):
            "image \(digest) has zstd layers, which docker before version 23 cannot load"
        case .namesLost(let names): namesLost(names)
        case .notInDockerArchive(let digest):
            "\(digest) is no container image, for which a docker-archive has no place; it is left out"
        case .layerKept(let type, let compression): kept(type, "cannot be", compression)
        case .layerElsewhere(let type, let compression):
            kept(type, "whose bytes are had elsewhere are not", compression)
        }
    }

    private static func text(_ text: String) -> String { TerminalText.escaped(text) }

    private static let outdated = "the digest that the image had before its edit"

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
        let end = isCopied ? "both are copied as they are" : "the config is believed"
        return "\(source): the config says \(text(config.description)), the index says "
            + "\(text(descriptor.description)); \(end)"
    }

    private static func notConverted(_ count: Int) -> String {
        let what = count == 1 ? "1 manifest that is" : "\(count) manifests that are"
        return "\(what) no container image (attestations, mostly) \(count == 1 ? "has" : "have") no form in docker's "
            + "format and \(count == 1 ? "stays" : "stay") OCI in docker's list, which some registries refuse"
    }

    private static func reusable(_ layers: Int, _ bytes: Int64) -> String {
        "the content of \(layers == 1 ? "1 layer" : "\(layers) layers") (\(ByteCount.text(bytes))) is known to the "
            + "receiver in another compression; --reuse leaves \(layers == 1 ? "it" : "them") out too, by other "
            + "manifests of the same images"
    }

    private static func namesLost(_ names: [String]) -> String {
        let list = names.map(text).joined(separator: ", ")
        return "a dir: directory has no place for names; \(list) \(names.count == 1 ? "is" : "are") not kept"
    }

    private static func kept(_ type: MediaType, _ why: String, _ compression: LayerCompression) -> String {
        "layers of type \(text(type.rawValue)) \(why) "
            + (compression == .none ? "stored plain" : "compressed with \(compression.rawValue)")
            + "; they stay as they are"
    }

    /// Tools of containers/image pass over descriptors that are not OCI's when they look for a name in a layout.
    static func dockerFormatInLayout(_ plan: WritePlan) -> String? {
        let format = ImageFormat.docker
        let isHidden = plan.roots.contains { root in
            root.label != nil && [format.index, format.manifest].contains(root.descriptor.mediaType)
        }
        guard isHidden else { return nil }
        return
            "skopeo and podman do not find an image of docker's format by its name in an OCI image layout; where it is "
            + "the only one, they find it without the name"
    }

    static func unknownPlatform(_ platform: Platform, source: String) -> String {
        "\(TerminalText.escaped(source)): \(TerminalText.escaped(platform.description)) is no platform that is "
            + "known here"
    }
}

extension Console {
    /// Each once.
    func warn(_ notes: [MergeNote]) {
        var said: Set<MergeNote> = []
        for note in notes where said.insert(note).inserted { warn(NoteMessage.sentence(for: note)) }
    }
}
