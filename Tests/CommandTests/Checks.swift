import TestSupport
import Testing

/// Where the sources of most tests stand, so that messages name them as short as users do.
let fixtures = Program.repository + "/fixtures"

/// Runs the binary among the fixtures.
func ocimerge(_ arguments: String..., input: [UInt8] = []) throws -> Run {
    try Program.ocimerge(arguments, input: input, directory: fixtures)
}

/// Done, and nothing but these warnings was said.
func expectDone(_ run: Run, stderr: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(run.status == 0, "\(run.stderr)", sourceLocation: sourceLocation)
    #expect(run.stderr == stderr, sourceLocation: sourceLocation)
}

/// Failed with exactly this sentence and nothing on standard output.
func expectFailure(
    _ run: Run, _ sentence: String, status: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(run.status == status, sourceLocation: sourceLocation)
    #expect(run.stdout == "", sourceLocation: sourceLocation)
    #expect(run.stderr == "ocimerge: \(sentence)\n", sourceLocation: sourceLocation)
}

/// Failed with one sentence, whichever it is.
func expectOneSentence(_ run: Run, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(run.status == 1, comment, sourceLocation: sourceLocation)
    #expect(run.stdout == "", comment, sourceLocation: sourceLocation)
    let lines = run.stderr.split(separator: "\n", omittingEmptySubsequences: false)
    let sentences = lines.filter { !$0.hasPrefix("ocimerge: warning: ") }
    #expect(
        sentences.count == 2 && sentences[0].hasPrefix("ocimerge: ") && sentences[1].isEmpty,
        "\(comment): \(run.stderr)", sourceLocation: sourceLocation)
}

/// What an independent look at a layout finds wrong: nothing.
@discardableResult
func soundLayout(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> WrittenLayout {
    let layout = try WrittenLayout(path)
    #expect(layout.problems == [], sourceLocation: sourceLocation)
    return layout
}
