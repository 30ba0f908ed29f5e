import Foundation
import TestSupport
import Testing

@Suite("An error is one line of bounded length, however long the text is that it names")
struct SentenceLengthTests {
    private static let huge = String(repeating: "x", count: 300_000)

    /// `names`: whether the error shows the beginning and the end of the text.
    private func expectShort(_ run: Run, status: Int32 = 1, lines: Int = 1, names: Bool = true) {
        #expect(run.status == status)
        #expect(run.stdout == "")
        #expect(run.stderr.utf8.count < 2100, "\(run.stderr.utf8.count) bytes")
        #expect(run.stderr.contains("xxx…xxx") == names)
        #expect(run.stderr.split(separator: "\n").count == lines)
    }

    @Test("in a document")
    func document() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "oci-layout")
        let index = #"{"schemaVersion":2,"mediaType":"\#(Self.huge)","manifests":[]}"#
        try directory.write(Array(index.utf8), to: "index.json")
        expectShort(try Program.ocimerge(["inspect", directory.path]))
    }

    @Test("in a spec")
    func spec() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array("image: demo/app:1.0\n\(Self.huge): 1\n".utf8), to: "spec.yaml")
        expectShort(try Program.ocimerge(["--spec", path, "-o", directory.path("out")]), names: false)
    }

    @Test("on the command line")
    func arguments() throws {
        let word = String(Self.huge.prefix(100_000))
        expectShort(try Program.ocimerge(["inspect", "--\(word)"]), status: 2, lines: 2)
        expectShort(try Program.ocimerge(["inspect", "--", word + ".tar"]), status: 2, names: false)
    }
}
