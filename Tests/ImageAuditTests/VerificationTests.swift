import ByteIO
import ImageAudit
import ImageModel
import TestSupport
import Testing

/// Every kind of finding, in graphs in memory.
@Suite("Verification")
struct VerificationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let subject: AuditSubject
        let expected: [String]

        init(_ sentence: String, _ subject: AuditSubject, _ expected: [String]) {
            testDescription = sentence
            self.subject = subject
            self.expected = expected
        }
    }

    /// The finding as text, such as `error size index.json → manifests[0] → layers[1]`.
    static func line(_ finding: Finding) -> String {
        let problem = String("\(finding.problem)".prefix { $0 != "(" })
        let path = finding.place.steps.map { $0.name + ($0.index.map { "[\($0)]" } ?? "") }.joined(separator: " → ")
        return "\(finding.severity) \(problem)" + (path.isEmpty ? "" : " " + path)
    }

    static func lines(_ subject: AuditSubject, threads: Int = 2) throws -> [String] {
        // Sample images contain no programs, so each gives the finding `noEvidence`.
        try Verification.run(subject, threads: threads, checksStart: false).findings.filter {
            if case .noEvidence = $0.problem { false } else { true }
        }.map(line)
    }

    @Test("exactly the expected findings and their places are reported", arguments: cases)
    func finds(_ example: Case) throws {
        #expect(try Self.lines(example.subject) == example.expected)
    }

    @Test("the findings do not depend on the number of threads", arguments: [1, 2, 7])
    func threads(_ count: Int) throws {
        for example in Self.cases { #expect(try Self.lines(example.subject, threads: count) == example.expected) }
    }

    @Test("platforms and blobs are counted")
    func counts() throws {
        let outcome = try Verification.run(AuditSubject(graph: Self.pair()), threads: 2)
        #expect(outcome.platforms == 2)
        // The index, two manifests, two configs, a shared layer and one layer of each image.
        #expect(outcome.blobs == 8)
        #expect(outcome.findings.allSatisfy { $0.severity == .note })
    }

    @Test("a read error is reported for the blob that cannot be read")
    func unreadable() throws {
        var graph = Self.graph(Self.amd64)
        let layer = Self.amd64.layers[0]
        graph.blobs[layer.descriptor.digest] = ScriptedSource(
            Array(layer.bytes.prefix(100)), failure: IOFailure(.read, "disk", .system(5)),
            statedSize: layer.descriptor.size)
        #expect(
            try Self.lines(AuditSubject(graph: graph)) == ["error unreadable index.json → manifests[0] → layers[0]"])
    }

    @Test("progress counts every byte of every blob once")
    func progress() throws {
        let heard = SharedSum()
        var announced: Int64 = 0
        _ = try Verification.run(
            AuditSubject(graph: Self.pair()), threads: 2, begin: { announced = $0 }, progress: { heard.add($0) })
        #expect(heard.total == Int(announced))
        #expect(announced == 3 * 2048)
    }
}
