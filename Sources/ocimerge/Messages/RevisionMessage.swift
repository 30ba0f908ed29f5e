internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning

extension FixConflict: Reportable {
    var sentence: String {
        func text(_ text: String) -> String { TerminalText.part(text) }
        switch self {
        case .noImage(let source): return "\(text(source)) holds no container image to change"
        case .severalImages(let source, let platforms):
            let example = platforms.first.map { text($0.description) } ?? "OLD"
            return
                "\(text(source)) holds several images (\(RevisionMessage.list(platforms))); select one: --platform "
                + "\(example)=NEW, "
                + "or PATH:NAME, or PATH@DIGEST"
        case .platformAbsent(let source, let wanted, let present):
            let question = TypedPlatform.question(about: [wanted])
            return "\(text(source)): no image for \(text(wanted.description))\(question); it holds "
                + RevisionMessage.list(present)
        case .samePlatform(let source, let platform, let index):
            return
                "\(text(source)): index \(index) would hold two different images for \(text(platform.description)); "
                + "correct the other one too, or choose another platform"
        case .nothingLeft(let source): return "\(text(source)): no image would be left; name other platforms"
        }
    }
}

extension RevisionError: Reportable {
    var sentence: String {
        func text(_ text: String) -> String { TerminalText.part(text) }
        switch self {
        case .declaredPlatform(let source, let command):
            return "\(text(source)): =PLATFORM is not allowed for \(command); use --platform"
        case .stream(let source, let command):
            return
                "\(FileMessage.name(source)) can be read only once, so \(command) cannot write an archive from it; save it "
                + "to a file first, or write -o DIR"
        case .tree(let source):
            return
                "\(text(source)) is a tree of skopeo directories, which is not changed as a whole; name the directory of "
                + "one image"
        case .contentInPlace(let source):
            return
                "\(text(source)) is described by other files than index.json, so its layers and platforms cannot change "
                + "in place; write the result with -o DEST"
        case .annotations(let source):
            return
                "\(text(source)) is in the format of docker save, which has no annotations; convert it first: "
                + "ocimerge \(ShellText.quoted(source)) -o X.tar"
        case .volumes(let source):
            return
                "\(text(source)) is split into volumes, which cannot be changed in place; write the result with -o DEST"
        case .twoPlatforms(let old, let first, let second):
            return
                "--platform makes \(text(old.description)) both \(text(first.description)) and "
                + "\(text(second.description)); name each old platform once"
        case .unnamedUpdate(let source):
            return
                "\(text(source)): the image has no name, so --update cannot find the image to replace; write to a "
                + "new layout"
        }
    }
}

extension TarEditError: Reportable {
    var sentence: String {
        func text(_ text: String) -> String { TerminalText.part(text) }
        switch self {
        case .tar(let error): return error.sentence
        case .absent(let path, let member):
            return "\(FileMessage.name(path)) lacks \(text(member)), which must be changed"
        case .link(let path, let member, let link):
            let what =
                member == link ? "\(text(member)) is a link" : "the link \(text(link)) leads to \(text(member))"
            return
                "\(FileMessage.name(path)): \(what), so it cannot be replaced; write the result to a layout with "
                + "-o DIR instead"
        case .notAFile(let path, let member):
            return "\(FileMessage.name(path)): \(text(member)) is not a regular file, so it cannot be replaced"
        case .noRoom(let path, let member):
            return
                "\(FileMessage.name(path)): the header of \(text(member)) has no room for its new name or size; write "
                + "the result to a layout with -o DIR instead"
        }
    }
}

/// Sentences about corrections.
enum RevisionMessage {
    /// One sentence names all outdated attestations: each platform of an index can have one.
    static func sentences(for notes: [RevisionNote], source: String) -> [String] {
        let name = TerminalText.part(source)
        var attested: [String] = []
        var sentences: [String] = []
        for note in notes {
            switch note {
            case .attestationOutdated(let platform):
                attested.append(TerminalText.part(platform?.description ?? "the image"))
            case .referrerOutdated(let digest, let subject):
                sentences.append("\(name): \(digest) refers to \(subject), the digest of the image before the change")
            case .signatureOutdated(let label, let subject):
                sentences.append(
                    "\(name): the signature \(TerminalText.part(label)) refers to \(subject), the digest of the image "
                        + "before the change")
            }
        }
        guard !attested.isEmpty else { return sentences }
        let subject = CountText.form(attested.count, "the attestation of", "the attestations of")
        let names = CountText.form(attested.count, "names the digest of the image", "name the digests of the images")
        return ["\(name): \(subject) \(attested.joined(separator: ", ")) \(names) before the change"] + sentences
    }

    static func signatureFiles(_ names: [String], source: String) -> String {
        let shown = names.prefix(10).map(TerminalText.part).joined(separator: ", ")
        let verb = CountText.form(names.count, "fits", "fit")
        return "\(TerminalText.part(source)): \(shown) no longer \(verb) the image; sign it again"
    }

    static func contradicted(_ platform: Platform, by witness: Evidence.Witness, source: String) -> String {
        "\(TerminalText.part(source)): \(EvidenceMessage.description(of: witness)); "
            + "\(TerminalText.part(platform.description)) is set as requested"
    }

    static func noEvidence(_ platform: Platform?, _ silence: Evidence.Silence, source: String) -> String {
        let what = TerminalText.part(platform?.description ?? "unknown platform")
        let why =
            switch silence {
            case .undecided: "they are not conclusive"
            case .noExecutables, .mixed, .unreadable: EvidenceMessage.reason(silence)
            }
        return
            "\(TerminalText.part(source)): the executables of the image for \(what) do not show its platform "
            + "(\(why)); it is not changed"
    }

    fileprivate static func list(_ platforms: [Platform]) -> String {
        platforms.map { TerminalText.part($0.description) }.joined(separator: ", ")
    }
}
