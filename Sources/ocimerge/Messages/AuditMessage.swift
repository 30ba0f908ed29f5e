internal import ByteIO
internal import ImageModel
internal import ImageSources

extension InspectError: Reportable {
    var sentence: String {
        switch self {
        case .severalImages(let source, let names):
            let choice = names.isEmpty ? "PATH@DIGEST" : "PATH:NAME: " + InspectMessage.list(names)
            return "\(TerminalText.part(source)) holds several images; choose one with \(choice)"
        case .severalManifests(let source, let wanted, let present):
            return
                "\(TerminalText.part(source)) does not hold one image for \(InspectMessage.list(wanted)); "
                + InspectMessage.choice(of: present, source, "choose one of ")
        case .severalConfigs(let source, let wanted, let present):
            let what = wanted.isEmpty ? "a single config" : "one config for \(InspectMessage.list(wanted))"
            return "\(TerminalText.part(source)) does not hold \(what); "
                + InspectMessage.choice(of: present, source, "choose one of ")
        case .severalPlatforms(let source, let wanted, let present):
            let what = wanted.isEmpty ? "several platforms" : "several images for \(InspectMessage.list(wanted))"
            return "\(TerminalText.part(source)) holds \(what); "
                + InspectMessage.choice(of: present, source, "choose one with --platform: ")
        case .noImage(let source, let wanted, let present):
            let what =
                wanted.isEmpty
                ? "" : " for \(InspectMessage.list(wanted))\(TypedPlatform.question(about: wanted))"
            let found = present.isEmpty ? "" : "; it holds \(InspectMessage.list(present))"
            return "\(TerminalText.part(source)) holds no image\(what)\(found)"
        case .absentConfig(let source, let digest):
            return "\(TerminalText.part(source)): config \(digest) is absent; the source is incomplete"
        case .declaredPlatform(let source, let command):
            return "\(TerminalText.part(source)): =PLATFORM is not allowed for \(command); write --platform P"
        }
    }

    var isUsage: Bool { if case .declaredPlatform = self { true } else { false } }
}

extension DiffError: Reportable {
    var sentence: String {
        switch self {
        case .severalImages(let old, let new):
            "--files compares one image: choose it in \(TerminalText.part(old)) and \(TerminalText.part(new)) with "
                + "PATH:NAME"
        case .severalPlatforms(let count, let limit):
            "--files compares at most \(limit) platforms, and these images have \(count); choose one with --platform"
        }
    }
}

enum InspectMessage {
    /// A platform cannot choose between images that state the same one.
    fileprivate static func choice(of present: [Platform], _ source: String, _ words: String) -> String {
        if present.count > 1 { return words + list(present) }
        return
            "choose one with PATH@DIGEST, or correct a wrong platform: ocimerge fix \(ShellText.quoted(source)) --auto "
            + "-o DEST"
    }

    fileprivate static func list(_ platforms: [Platform]) -> String { list(platforms.map(\.description)) }

    fileprivate static func list(_ names: [String]) -> String {
        names.prefix(10).map(TerminalText.part).joined(separator: ", ")
            + (names.count > 10 ? ", \(Marks.ellipsis)" : "")
    }
}

extension VerifyError: Reportable {
    var sentence: String {
        switch self {
        case .declaredPlatform(let source):
            "\(TerminalText.part(source)): =PLATFORM is not allowed for verify; use it with merge"
        case .severalImages(let source, let count, let reference):
            "\(TerminalText.part(source)) holds \(CountText.text(count, "image")), but \(reference) names one; choose "
                + "one with SOURCE:NAME, or write --against docker://HOST/PREFIX"
        }
    }

    var isUsage: Bool { if case .declaredPlatform = self { true } else { false } }
}

/// Sentences about sources that verify cannot read completely.
enum VerifyMessage {
    static let unmarked = "the oci-layout file is missing; loaders require it"

    static func facts(of defect: SourceError) -> FindingMessage.Facts {
        switch defect {
        case .document(_, let member, _): .init("document", member: member)
        case .documentSize(_, let member, let expected, let found):
            .init("size", "\(expected)", "\(found)", member: member)
        case .documentDigest(_, let member, let expected, let found):
            .init("digest", "\(expected)", "\(found)", member: member)
        case .severalTypes(_, _, let first, let second): .init("media-type", first.rawValue, second.rawValue)
        case .documentTooLarge(_, let member, _): .init("too-large", member: member)
        case .documentsTooLarge: .init("too-large")
        case .tooDeep: .init("too-deep")
        case .missingMember(_, let member): .init("missing", member: member)
        case .layerDigest(_, let member, let expected, let found):
            .init("digest", "\(expected)", "\(found)", member: member)
        case .layerCount(_, _, let layers, let diffIDs): .init("layer-count", "\(diffIDs)", "\(layers)")
        case .layerCompression(_, let member, let format): .init("label", nil, format, member: member)
        case .layoutVersion(_, let found): .init("layout-version", "1.0.0", found)
        case .schema1: .init("schema1")
        case .tar: .init("archive")
        case .member, .io: .init("unreadable")
        default: .init("source")
        }
    }
}
