import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// A survey continues after defects and reports them.
struct SourceSurveyTests {
    struct Passing: StreamObserver {
        func pass(
            _ reader: any ByteReader, path: String, name: String, size: Int64
        ) throws(IOFailure) -> any ByteSource { MemoryBytes([], path: path) }
    }

    typealias Files = [(String, [UInt8])]

    static func survey(_ files: Files, suffix: String = "") throws -> Source {
        let directory = try TemporaryDirectory()
        let path = try Opening.tar(files, in: directory)
        return try Source.open(
            try SourceReference(parsing: path + suffix), .offline,
            OpeningPolicy(streams: .observe(Passing()), isSurvey: true))
    }

    static func failures(_ survey: Source) -> [String] {
        survey.defects.compactMap { defect in Opening.failure { throw defect.error } }
    }

    @Test(
        "errors that stop reading are defects of a survey",
        arguments: SourceErrorTests.layouts + SourceErrorTests.dockers)
    func defects(_ sentence: String, _ files: Files, _ expected: String) throws {
        if expected == "no image" {
            #expect(Opening.failure { _ = try Self.survey(files) } == expected)
            return
        }
        let survey = try Self.survey(files)
        let found = Self.failures(survey)
        // A survey accepts compressions that images do not use.
        if expected.hasSuffix(" is xz") || expected.hasPrefix("layer digest") {
            #expect(found == [])
        } else {
            #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix(expected) }, "\(found)")
        }
    }

    @Test("a source without an image is an error for a survey, too", arguments: SourceErrorTests.unknown)
    func unknown(_ sentence: String, _ files: Files, _ expected: String) {
        #expect(Opening.failure { _ = try Self.survey(files) } == expected)
    }

    @Test("a damaged image does not hide the others")
    func otherImages() throws {
        let broken = SampleImage("linux/s390x", content: ["s390x"])
        let files = SampleFiles.layout(
            [SourceErrorTests.image, broken],
            roots: [broken.entry(name: "broken:1"), SourceErrorTests.image.entry(name: "app:1")])
        let name = "blobs/sha256/\(broken.manifest.digest.hex)"
        let survey = try Self.survey(SourceErrorTests.with(name, Array("{".utf8), in: files))
        #expect(Self.failures(survey) == ["size 1 not \(broken.manifest.bytes.count)"])
        #expect(survey.hidesContent)
        #expect(survey.graph.documents[SourceErrorTests.image.config.digest] != nil)
        #expect(survey.graph.roots.count == 2)
        #expect(survey.members[broken.manifest.digest] == name)
    }

    @Test("unused files are listed, unless a part is selected")
    func unused() throws {
        let files = SourceErrorTests.layout + [("blobs/sha256/x", [1]), ("repositories", [2]), ("README", [3])]
        #expect(try Self.survey(files).unused.map(\.name) == ["README", "blobs/sha256/x"])
        #expect(try Self.survey(files, suffix: ":app:1").unused.isEmpty)
    }

    @Test(
        "digests in file names are recognised",
        arguments: [
            ("blobs/sha256/" + String(repeating: "a", count: 64), true), (String(repeating: "b", count: 64), true),
            ("blobs/sha512/" + String(repeating: "a", count: 128), true), ("blobs/sha256/abc", false),
            ("blobs/md5/" + String(repeating: "a", count: 32), false),
            ("x/" + String(repeating: "a", count: 64), false),
        ])
    func stated(_ name: String, _ isStated: Bool) {
        #expect((Source.statedDigest(ListedFile(name: name, source: nil)) != nil) == isStated)
    }
}
