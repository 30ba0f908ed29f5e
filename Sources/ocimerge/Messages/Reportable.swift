internal import ImageModel
internal import ImagePlanning

/// An error with a sentence for the user. The conformances are in the message files, the only prose of the program.
protocol Reportable: Error, Sendable {
    /// `cannot VERB OBJECT: CAUSE` and the next step, in one line that is safe for a terminal.
    var sentence: String { get }
    /// The sentences of an error with several causes, one for each.
    var sentences: [String] { get }
    /// Whether the command line is wrong, so that the exit status is 2.
    var isUsage: Bool { get }
}

extension Reportable {
    var isUsage: Bool { false }
    var sentences: [String] { [sentence] }
}

/// An error that is one of several others, which have the sentences.
protocol ReportableUnion: Reportable {
    var reportable: any Reportable { get }
}

extension ReportableUnion {
    var sentence: String { reportable.sentence }
    var isUsage: Bool { reportable.isUsage }
}

/// The error of a command. Its cause has a sentence: the compiler refuses `CommandError(error)` for any other error.
struct CommandError: Error {
    let cause: any Reportable

    init(_ cause: some Reportable) { self.cause = cause }

    /// The result of a stage of a command. The type of its errors has a sentence.
    static func checked<R, Failure: Reportable>(_ stage: () throws(Failure) -> R) throws(CommandError) -> R {
        do { return try stage() } catch { throw CommandError(error) }
    }
}

extension PlatformError: Reportable {
    var sentence: String {
        "'\(TerminalText.part(text))' is not a platform; write os/architecture[/variant], e.g. linux/arm/v7"
    }

    var isUsage: Bool { true }
}

extension UnknownPlatform: Reportable {
    var sentence: String {
        let name = TerminalText.part(platform.description)
        let place = source.map { TerminalText.part($0) + ": " } ?? ""
        let suggestion = TypedPlatform.suggestion(for: platform).map { " did you mean \($0)?" } ?? ""
        let advice = suggestion + (canTrust ? " --trust accepts it" : "")
        return "\(place)\(name) is not a known platform" + (advice.isEmpty ? "" : ";\(advice)")
    }

    var isUsage: Bool { true }
}

extension AnnotationError: Reportable {
    var sentence: String {
        "'\(TerminalText.part(text))' is not an annotation; write [index:|manifest[PLATFORM]:|descriptor[PLATFORM]:]"
            + "KEY=VALUE"
    }

    var isUsage: Bool { true }
}

extension NameError: Reportable {
    var sentence: String {
        if text.hasPrefix(RegistryReference.scheme) {
            return "a name has no docker:// before it: write \(TerminalText.part(String(text.dropFirst(9))))"
        }
        return isTag
            ? "'\(TerminalText.part(text))' is not a tag; write letters, digits, '.', '_' and '-', e.g. 1.0, or NAME:TAG"
            : "'\(TerminalText.part(text))' is not an image name; write NAME[:TAG] in lower case, e.g. demo/app:1.0"
    }

    var isUsage: Bool { true }
}

extension TerminalOutput: Reportable {
    var sentence: String { "cannot write an archive to a terminal; redirect standard output or name a file" }
    var isUsage: Bool { true }
}
