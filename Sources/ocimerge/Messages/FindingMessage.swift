internal import ByteIO
internal import ImageAudit
internal import ImageModel

/// Sentences about the findings of verify. The report prints the place beside them.
enum FindingMessage {
    /// The parts for programs: a word that never changes, the claimed and the found value.
    struct Facts {
        let kind: String
        var expected: String?
        var found: String?
        var member: String?
        var files: [String] = []

        init(
            _ kind: String, _ expected: String? = nil, _ found: String? = nil, member: String? = nil,
            files: [String] = []
        ) {
            self.kind = kind
            self.expected = expected
            self.found = found
            self.member = member
            self.files = files
        }
    }

    /// Executables contradict the declared platform.
    static let evidenceKind = "evidence"

    static func facts(of finding: Finding) -> Facts {
        switch finding.problem {
        case .missing: Facts("missing")
        case .absentChild: Facts("absent-platform")
        case .absentAttestation: Facts("absent-attestation")
        case .foreign: Facts("foreign-layer")
        case .nothingPresent: Facts("nothing-present")
        case .unreached(let count): Facts("unreached", nil, "\(count)")
        case .leftOut(let count, _): Facts("left-out", nil, "\(count)")
        case .size(let expected, let found): Facts("size", "\(expected)", "\(found)")
        case .digest(let expected, let found): Facts("digest", "\(expected)", "\(found)")
        case .unreadable: Facts("unreadable")
        case .damagedCompression: Facts("compression")
        case .mislabelled(let declared, let actual): Facts("label", declared.rawValue, actual)
        case .notATar: Facts("not-a-tar")
        case .encrypted: Facts("encrypted")
        case .brokenTar: Facts("broken-tar")
        case .layerCount(let layers, let diffIDs): Facts("layer-count", "\(diffIDs)", "\(layers)")
        case .diffID(let expected, let found): Facts("diff-id", "\(expected)", "\(found)")
        case .uncomputedDigest: Facts("digest", finding.subject?.description)
        case .uncomputedDiffID(let expected): Facts("diff-id", "\(expected)")
        case .layerOrder: Facts("layer-order")
        case .platformMissing(let members): Facts("platform-missing", members.joined(separator: ","))
        case .platformDisagrees(let descriptor, let config):
            Facts("platform-disagrees", config.description, descriptor.description)
        case .duplicatePlatform(let platform, _): Facts("duplicate-platform", nil, platform.description)
        case .sameLayers(let platform, let other): Facts("same-layers", other.description, platform.description)
        case .contradiction(let declared, let witness):
            Facts(evidenceKind, declared.description, machine(witness.machine), files: [witness.path])
        case .noEvidence(let silence): Facts("no-evidence", nil, phrase(silence))
        case .danglingAttestation(let digest): Facts("dangling-attestation", digest)
        case .invalidName(let text): Facts("name", nil, text)
        case .ambiguousName(let text, _): Facts("ambiguous-name", nil, text)
        case .orphans(let names, _): Facts("orphans", files: names)
        case .extras(let names): Facts("extras", files: names)
        case .start(let start):
            Facts(StartMessage.kind(of: start.problem), files: start.file.map { [$0.absoluteText] } ?? [])
        }
    }

    static func sentence(for finding: Finding) -> String {
        func text(_ text: String) -> String { TerminalText.part(text) }
        let subject = finding.subject.map(\.description) ?? ""
        switch finding.problem {
        case .missing: return "\(subject) is missing: the image is incomplete"
        case .absentChild(let platform):
            return "\(platform.map { text($0.description) } ?? "the image") is not present: \(subject) is absent"
        case .absentAttestation: return "the attestation is not present: \(subject) is absent"
        case .foreign: return "\(subject) is a foreign layer, which loaders fetch from elsewhere"
        case .nothingPresent: return "none of its images is present"
        case .unreached(let count):
            return
                "\(CountText.text(count, "blob")) \(CountText.form(count, "was", "were")) not found; the damage may hide them"
        case .leftOut(let count, let bytes):
            return "\(CountText.text(count, "blob")), \(ByteCount.text(bytes)), "
                + "\(CountText.form(count, "is", "are")) left out of this increment; its receiver has them"
        case .size(let expected, let found): return "\(subject) is damaged: \(expected) bytes expected, \(found) found"
        case .digest(let expected, let found):
            return "\(expected) is damaged: its content has digest \(found)"
        case .unreadable(let failure): return failure.sentence
        case .damagedCompression(let failure): return damaged(failure, subject)
        case .mislabelled(let declared, let actual):
            return "\(subject) is labelled \(text(declared.rawValue)) but is "
                + (actual == LayerCompression.none.rawValue ? "not compressed" : actual)
        case .notATar: return "\(subject) is labelled as a layer, but its content is not a tar archive"
        case .encrypted:
            return "\(subject) is encrypted: its stored bytes are right, its content cannot be checked without the key"
        case .brokenTar(let error): return "\(subject) is not a valid tar archive: \(error.sentence)"
        case .layerCount(let layers, let diffIDs):
            return "the manifest has \(CountText.text(layers, "layer")), the config names \(diffIDs)"
        case .diffID(let expected, let found):
            // This claim is the only name of a layer in a docker archive.
            let layer = finding.subject == expected ? "this layer" : subject
            return "the content of \(layer) has digest \(found), the config says \(expected)"
        case .uncomputedDigest:
            return "\(subject) cannot be checked in a stream; verify an archive that is a plain tar on disk"
        case .uncomputedDiffID(let expected):
            return "the content of \(subject) cannot be compared with the config's \(expected) in a stream; verify "
                + "an archive that is a plain tar on disk"
        case .layerOrder: return "the layers are in another order than in the config"
        case .platformMissing(let members): return "the config does not state its \(members.joined(separator: " and "))"
        case .platformDisagrees(let descriptor, let config):
            if !config.disagrees(with: descriptor), let version = config.osVersion, let other = descriptor.osVersion {
                return "the index says os.version \(text(other)), the config \(text(version))"
            }
            return "the index says \(text(descriptor.description)), the config \(text(config.description))"
        case .sameLayers(let platform, let other):
            return
                "\(text(platform.description)) and \(text(other.description)) have the same layers; if these contain "
                + "programs, a platform is wrong"
        case .duplicatePlatform(let platform, let other):
            return "\(text(platform.description)) appears twice in this index, also at \(VerifyText.path(other))"
        case .contradiction(let declared, let witness):
            return "the metadata says \(text(declared.description)), but \(text(witness.path)) is for "
                + text(machine(witness.machine))
        case .noEvidence(let silence): return "no evidence of the platform: \(phrase(silence))"
        case .danglingAttestation(let digest):
            return "the attestation names \(text(digest)), which is not in its index"
        case .invalidName(let name): return "'\(text(name))' is neither a name nor a tag that a loader accepts"
        case .ambiguousName(let name, let other):
            return "'\(text(name))' names another image too, at \(VerifyText.path(other))"
        case .start(let start): return StartMessage.sentence(for: start)
        case .orphans(let names, let bytes):
            return
                "\(names.count) unreferenced \(CountText.form(names.count, "blob", "blobs")), \(ByteCount.text(bytes)): "
                + list(names)
        case .extras(let names):
            return
                "\(CountText.text(names.count, "file")) \(CountText.form(names.count, "is", "are")) not part of an image: "
                + list(names)
        }
    }

    static func warning(of note: Finding) -> String { "\(VerifyText.path(note.place)): \(sentence(for: note))" }

    private static func damaged(_ failure: IOFailure, _ subject: String) -> String {
        switch failure.cause {
        case .truncated: "\(subject) is damaged: its compressed data ends too early"
        case .corrupt(let format): "\(subject) is damaged: its \(format) data cannot be decompressed"
        default: failure.sentence
        }
    }

    private static func machine(_ machine: Machine) -> String {
        ([machine.os, machine.architecture, machine.variant] as [String?]).compactMap { $0 }.joined(separator: "/")
    }

    private static func phrase(_ silence: Evidence.Silence) -> String {
        switch silence {
        case .noExecutables: "no executables"
        case .mixed: "programs for several architectures"
        case .undecided: "not conclusive"
        case .unreadable: "layers that cannot be read"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(3).map(TerminalText.part).joined(separator: ", ")
            + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }
}

extension RefusedContent: Reportable {
    var sentence: String { sentences.joined(separator: "; ") }

    var sentences: [String] {
        errors.map { finding, source in
            let origin = source.map { " (from \(TerminalText.part($0)))" } ?? ""
            return "cannot write \(TerminalText.part(destination)): \(VerifyText.path(finding.place)): "
                + FindingMessage.sentence(for: finding) + origin
        }
    }
}
