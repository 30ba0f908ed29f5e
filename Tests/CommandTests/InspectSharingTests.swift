import ImageModel
import TestSupport
import Testing

@Suite("The platforms that share a layer")
struct InspectSharingTests {
    static func layout(_ count: Int, in directory: borrowing TemporaryDirectory) throws -> Run {
        let images = (0..<count).map { SampleImage("windows/amd64", content: ["a"], version: "10.0.\($0)") }
        let entries = images.enumerated().map { $1.entry("windows/amd64", version: "10.0.\($0)") }
        let index = SampleImage.index(entries)
        for (name, bytes) in SampleFiles.layout(images, [index], roots: [SampleImage.entry(index, name: "a:1")]) {
            _ = try directory.write(bytes, to: "l/" + name)
        }
        return try Program.ocimerge(["inspect", "l"], directory: directory.path)
    }

    @Test("a short list is shown completely")
    func short() throws {
        let directory = try TemporaryDirectory()
        let run = try Self.layout(3, in: directory)
        #expect(run.stdout.contains("shared with windows/amd64:10.0.1, windows/amd64:10.0.2\n"))
    }

    @Test("a long list is shortened, and the rest is counted")
    func long() throws {
        let directory = try TemporaryDirectory()
        let run = try Self.layout(13, in: directory)
        #expect(run.stdout.contains(" and 2 other platforms\n"))
        #expect(!run.stdout.contains("and 3 other"))
    }
}
