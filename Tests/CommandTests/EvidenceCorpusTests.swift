import Foundation
import TestSupport
import Testing

/// Larger samples than the fixtures, where somebody keeps them: in the folder that `OCIMERGE_CORPUS` names, else in
/// `../shared/corpus`. Their names say whether their metadata is right.
@Suite("Larger samples", .enabled(if: Corpus.isThere))
struct EvidenceCorpusTests {
    @Test("right ones pass, wrong ones are found and mended", arguments: Corpus.samples)
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

enum Corpus {
    static let folder =
        ProcessInfo.processInfo.environment["OCIMERGE_CORPUS"] ?? Program.repository + "/../shared/corpus"
    static let isThere = FileManager.default.fileExists(atPath: folder + "/facts.json")

    static let samples: [String] = {
        guard let data = FileManager.default.contents(atPath: folder + "/facts.json"),
            let facts = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [] }
        return facts.keys.sorted()
    }()

    /// Of those without the word, one has an s390x image under an emulator, one an index whose children both say amd64.
    static func isWrong(_ name: String) -> Bool {
        name.contains("wrong") || name.contains("with-amd64-qemu") || name.contains("two-amd64")
    }
}
