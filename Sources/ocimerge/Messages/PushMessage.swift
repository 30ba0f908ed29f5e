internal import ImageModel
internal import ImagePlanning
internal import ImageSources

extension PushConflict: Reportable {
    var sentence: String {
        switch self {
        case .nothingNamed:
            "cannot push with --all: no image of the source has a name; add one with ocimerge tag, or write push "
                + "SOURCE REF"
        case .noReference(let name, let prefix):
            "'\(TerminalText.part(name))' below '\(TerminalText.part(prefix))' is not a valid name in a "
                + "registry; push the image separately: push SOURCE:NAME REF"
        case .oneReference(let reference, let one, let two):
            "\(reference) would be both \(one) and \(two); push one of them separately, or join them first: ocimerge "
                + "SOURCE -o docker://\(reference)"
        }
    }
}

extension PushError: Reportable {
    var sentence: String {
        switch self {
        case .declaredPlatform(let source):
            "\(TerminalText.part(source)): =PLATFORM is not allowed for push; use ocimerge SOURCE=PLATFORM -o "
                + "docker://REF"
        }
    }

    var isUsage: Bool { true }
}

extension UnpushedReferences: Reportable {
    var sentence: String { sentences.joined(separator: "; ") }

    var sentences: [String] {
        ListMessage.shortened(images) { image in
            "\(ListMessage.place(of: image)): \(TerminalText.part(image.source)) is not among the images of this push, so "
                + "nothing is pushed"
        }
    }
}

/// Sentences about pushes.
enum PushMessage {
    static func unnamed(_ digest: Digest, source: String) -> String {
        "\(TerminalText.part(source)): \(digest) has no name and is left out; --referrers includes the referrers "
            + "of named images"
    }
}
