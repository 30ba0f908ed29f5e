import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

@Suite("A compressed layer that many images share")
struct SharedLayerTests {
    /// Files in memory that count how often each is opened.
    private struct CountedFiles: ImageFiles {
        struct Source: ByteSource {
            let path: String
            let content: [UInt8]
            let opened: Counter

            var size: Int64 { Int64(content.count) }

            func open() -> any ByteReader {
                opened.add(1)
                return MemoryBytes(content, path: path).open()
            }

            func head(_ count: Int) -> [UInt8] { Array(content.prefix(count)) }
        }

        let path = "memory"
        let isArchive = true
        let files: [String: Source]

        var topNames: Set<String> { Set(files.keys) }
        var names: [String] { files.keys.sorted() }
        func file(_ name: String) -> (any ByteSource)? { files[name] }
        func all() -> [ListedFile] { files.map { ListedFile(name: $0, source: $1) } }
    }

    @Test("is decompressed once")
    func once() throws {
        let tar = HandmadeLayout.tar
        let layer = try Program.run("gzip", ["-nc"], input: tar).output
        let opened = Counter()
        var contents = ["layer": layer]
        let entries = (0..<50).map { number -> JSONText in
            let config = HandmadeLayout.config(diffIDs: ["\(Digest(of: tar))"], more: #","author":"\#(number)""#)
            contents["\(number).json"] = Array(config.utf8)
            return .object([
                ("Config", .string("\(number).json")), ("RepoTags", .array([.string("demo/app:\(number)")])),
                ("Layers", .array([.string("layer")])),
            ])
        }
        contents["manifest.json"] = JSONText.array(entries).bytes
        let files = CountedFiles(
            files: Dictionary(
                uniqueKeysWithValues: contents.map { name, bytes in
                    (
                        name,
                        CountedFiles.Source(path: name, content: bytes, opened: name == "layer" ? opened : Counter())
                    )
                }))
        let reading = try DockerArchive().read(files, DefectLog(isSurvey: false), keepsLists: false)
        #expect(reading.graph.roots.count == 50)
        #expect(Set(reading.graph.manifests.flatMap(\.view.layers).map(\.digest)) == [Digest(of: layer)])
        #expect(opened.value == 1)
    }
}
