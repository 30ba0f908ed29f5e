internal import ByteIO
internal import ImageModel
internal import ImageSinks
internal import Registry

/// The report of a command that has changed something cannot be printed. The change itself is complete.
struct UnprintedReport: Error { let failure: IOFailure }

extension UnprintedReport: Reportable {
    var sentence: String { "the result is complete, but its report is missing: \(failure.sentence)" }
}

extension UnflushedResult: Reportable {
    var sentence: String {
        "the result is in its place, but a power cut may still lose it: \(failure.sentence)"
    }
}

extension IncompletePush: Reportable {
    var sentence: String {
        if tags.isEmpty {
            let kept = hasLayers ? "uploaded layers are kept: " : "nothing is pushed: "
            return "\(cause.sentence); \(kept)run the command again to go on"
        }
        let names = tags.map { TerminalText.part($0.description) }.joined(separator: ", ")
        return
            "\(names) \(tags.count == 1 ? "leads" : "lead") to the image, but the push is not complete: \(cause.sentence)"
    }
}

/// `rm --gc` has removed the names and then failed to remove blobs.
struct UncollectedGarbage: Error {
    let layout: String
    let cause: SinkError
}

extension UncollectedGarbage: Reportable {
    var sentence: String {
        "the names are removed, but unneeded blobs are left: \(cause.sentence); remove them with ocimerge gc "
            + ShellText.quoted(layout)
    }
}

/// Sentences about what a run leaves behind.
enum CompletionMessage {
    /// The result is complete.
    static func leftover(_ failure: IOFailure) -> String {
        "\(failure.sentence); the result is complete"
    }

    /// Of a directory for temporary files.
    static func temporary(_ failure: IOFailure) -> String { "\(failure.sentence); remove it, nothing else uses it" }
}
