import TestSupport
import Testing

/// The directory of most sources. Tests run there, so messages contain short names.
let fixtures = Program.repository + "/fixtures"

/// Runs the binary in the directory of the fixtures.
func ocimerge(_ arguments: String..., input: [UInt8] = []) throws -> Run {
    try Program.ocimerge(arguments, input: input, directory: fixtures)
}

/// Expects success with exactly these warnings on standard error.
func expectDone(_ run: Run, stderr: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(run.status == 0, "\(run.stderr)", sourceLocation: sourceLocation)
    #expect(run.stderr == stderr, sourceLocation: sourceLocation)
}

extension Run {
    /// Standard error without the warning about sources that have no common name.
    var stderrBesidesNames: String {
        let lines = stderr.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix("ocimerge: warning: the sources have different names (") }
            .joined(separator: "\n")
    }
}

/// Expects exactly this error and no standard output.
func expectFailure(
    _ run: Run, _ sentence: String, status: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(run.status == status, sourceLocation: sourceLocation)
    #expect(run.stdout == "", sourceLocation: sourceLocation)
    #expect(run.stderr == "ocimerge: \(sentence)\n", sourceLocation: sourceLocation)
}

/// Expects one error of any kind and no standard output.
func expectOneSentence(_ run: Run, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(run.status == 1, comment, sourceLocation: sourceLocation)
    #expect(run.stdout == "", comment, sourceLocation: sourceLocation)
    let lines = run.stderr.split(separator: "\n", omittingEmptySubsequences: false)
    let sentences = lines.filter { !$0.hasPrefix("ocimerge: warning: ") }
    #expect(
        sentences.count == 2 && sentences[0].hasPrefix("ocimerge: ") && sentences[1].isEmpty,
        "\(comment): \(run.stderr)", sourceLocation: sourceLocation)
}

/// Expects that an independent reader finds no violations in a layout.
@discardableResult
func soundLayout(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> WrittenLayout {
    let layout = try WrittenLayout(path)
    #expect(layout.problems == [], sourceLocation: sourceLocation)
    return layout
}
