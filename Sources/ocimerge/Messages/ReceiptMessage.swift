internal import ImageModel
internal import ImagePlanning

extension ReceiptTimeError: Reportable {
    var sentence: String {
        "\(ReceiptTime.variable) is '\(TerminalText.part(text))'; set it to seconds since 1970, or unset it"
    }
}

extension UnusableReceipt: Reportable {
    var sentence: String {
        let file = TerminalText.part(path)
        func place(_ path: String) -> String { path.isEmpty ? "its top" : TerminalText.part(path) }
        switch error {
        case .notJSON(let error): return "\(file) \(DocumentMessage.phrase(for: .notJSON(error)))"
        case .version(nil): return "\(file) is not a receipt of ocimerge: it has no receiptVersion"
        case .version(let version?):
            return "\(file) has receiptVersion \(version), but \(Receipt.version) is required; use the version of "
                + "ocimerge that wrote it"
        case .member(let path, let expected): return "\(file) is malformed: \(place(path)) must be \(expected)"
        case .absentMember(let path): return "\(file) is malformed: \(place(path)) is absent"
        case .unknownMember(let path): return "\(file) is malformed: \(place(path)) is unknown"
        case .repeatedDigest(let digest): return "\(file) is malformed: it lists \(digest) twice"
        case .empty: return "\(file) lists no images, so it proves nothing"
        case .contradictsFindings: return "\(file) is malformed: sound contradicts the findings"
        }
    }
}

/// Sentences about receipts.
enum ReceiptMessage {
    static func recordedErrors(_ count: Int, in path: String) -> String {
        "\(TerminalText.part(path)) records \(CountText.text(count, "error")) of the run that wrote it"
    }
}

/// Sentences about differences from a receipt or another place. The report prints the subject beside them.
enum DifferenceMessage {
    /// The image and its platform.
    static func subject(of difference: RecordDifference) -> String {
        let image = difference.reference ?? difference.name ?? difference.image.description
        return TerminalText.part(image) + (difference.platform.map { " " + TerminalText.part($0) } ?? "")
    }

    /// A word that never changes.
    static func kind(of difference: RecordDifference) -> String {
        let what = difference.isArtifact ? "artifact" : "image"
        return switch difference.problem {
        case .missing: what + "-missing"
        case .otherDigest: what + "-digest"
        case .missingPlatform: "platform-missing"
        case .otherPlatform: "platform-digest"
        case .missingBlob: "blob-missing"
        case .blobSize: "blob-size"
        case .unnamed: what + "-unnamed"
        case .unexpected: what + "-unexpected"
        }
    }

    /// The expected and the found value.
    static func facts(of difference: RecordDifference) -> (expected: String?, found: String?) {
        switch difference.problem {
        case .missing, .unnamed: (difference.image.description, nil)
        case .otherDigest(let found, _): (difference.image.description, found.description)
        case .missingPlatform(let digest), .missingBlob(let digest): (digest.description, nil)
        case .otherPlatform(let digest, let found): (digest.description, found.description)
        case .blobSize(_, let expected, let found): ("\(expected)", "\(found)")
        case .unexpected: (nil, difference.image.description)
        }
    }

    static func sentence(for difference: RecordDifference) -> String {
        let what = difference.isArtifact ? "artifact" : "image"
        switch difference.problem {
        case .missing(let present): return "the \(what) is missing" + hint(present, difference.image)
        case .otherDigest(let found, let keepsPlatforms):
            let platforms = keepsPlatforms ? "; all platforms have the expected manifests" : ""
            return "the digest is \(found), expected \(difference.image)\(platforms)"
        case .missingPlatform(let digest): return "the manifest \(digest) is missing"
        case .otherPlatform(let digest, let found): return "the manifest is \(found), expected \(digest)"
        case .missingBlob(let digest): return "the blob \(digest) is missing"
        case .blobSize(let digest, let expected, let found):
            return "the blob \(digest) has \(found) bytes, expected \(expected)"
        case .unnamed:
            return "the \(what) has no name and so no reference below the prefix; compare it with "
                + "docker://HOST/REPO:TAG"
        case .unexpected: return "the receipt does not list this \(what)"
        }
    }

    private static func hint(_ present: [String]?, _ digest: Digest) -> String {
        guard let present else { return "" }
        guard let name = present.first else { return " under this name; \(digest) is present without a name" }
        let more = present.count > 1 ? " and \(present.count - 1) more" : ""
        return " under this name; \(digest) is present as \(TerminalText.part(name))\(more)"
    }
}
