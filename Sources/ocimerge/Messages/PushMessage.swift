internal import ImageModel
internal import ImagePlanning

/// Sentences about what is pushed where.
enum PushMessage {
    static func sentence(for error: PushConflict) -> String {
        switch error {
        case .nothingNamed:
            "no image of the source has a name, so --all has nothing to push; name one (ocimerge tag), or say where it "
                + "goes: push SOURCE REF"
        case .noReference(let name, let prefix):
            "'\(TerminalText.escaped(name))' below '\(TerminalText.escaped(prefix))' is no name that a registry takes; "
                + "push it by itself: push SOURCE:NAME REF"
        case .oneReference(let reference, let one, let two):
            "\(reference) would be both \(one) and \(two); push one of them by itself, or join them first: ocimerge "
                + "SOURCE -o docker://\(reference)"
        }
    }

    static func sentence(for error: PushError) -> String {
        switch error {
        case .declaredPlatform(let source):
            "\(TerminalText.escaped(source)): push leaves platforms as they are; ocimerge SOURCE=PLATFORM -o docker://REF "
                + "writes and pushes another"
        }
    }

    static func unnamed(_ digest: Digest, source: String) -> String {
        "\(TerminalText.escaped(source)): \(digest) has no name and is left out; --referrers takes along what speaks of a "
            + "named image"
    }
}
