import TestSupport
import Testing

@Suite("Larger samples", .enabled(if: Corpus.isAvailable))
struct EvidenceCorpusTests {
    @Test("correct samples pass, and wrong ones are found and corrected", arguments: Corpus.samples)
    func sample(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let source = "\(Corpus.folder)/\(name)"
        let run = try Program.ocimerge([source, "-q", "-o", directory.path("out")])
        guard Corpus.isWrong(name) else {
            #expect(run.status == 0, "\(run.stderr)")
            #expect(!run.stderr.contains(", but /"))
            return
        }
        expectOneSentence(run, "\(name)")
        #expect(run.stderr.contains(", but /"))
        let fixed = try Program.ocimerge([source, "--fix", "-q", "-o", directory.path("out")])
        #expect(fixed.status == 0, "\(fixed.stderr)")
        let again = try Program.ocimerge([
            directory.path("out"), "--evidence=full", "-q", "-o", directory.path("again"),
        ])
        expectDone(again)
    }
}
