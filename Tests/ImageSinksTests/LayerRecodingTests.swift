import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSinks

/// Layers are recompressed and verified, and each is written once.
struct LayerRecodingTests {
    static func layer(
        _ bytes: [UInt8], _ compression: LayerCompression = .none, content: [UInt8]? = nil, stated: Digest? = nil,
        size: Int64? = nil, step: Int = .max
    ) -> LayerToRecode {
        let descriptor = Descriptor(
            mediaType: .ociLayer, digest: stated ?? Digest(of: bytes), size: size ?? Int64(bytes.count))
        let source = ScriptedSource(bytes, step: step, path: "source")
        return LayerToRecode(
            WritePlan.Blob(descriptor, source: source), compression,
            diffIDs: content.map { [Digest(of: $0)] } ?? [])
    }

    static func recoded(
        _ layers: [LayerToRecode], _ recipe: Recipe?, jobs: Int = 2
    ) throws -> [Digest: (layer: RecodedLayer, bytes: [UInt8])] {
        let directory = try TemporaryDirectory()
        let spool = try SpoolDirectory(directory.path("spool"))
        let found = try causing { try LayerRecoding(recipe, into: spool, jobs: jobs).run(layers) { _ in } }
        return try found.mapValues { ($0, try $0.source.all()) }
    }

    static func packed(_ program: String, _ content: [UInt8]) throws -> [UInt8] {
        try Program.run(program, program == "gzip" ? ["-nc"] : ["-qc"], input: content).output
    }

    static let recipes: [Recipe?] = [.gzip(level: 1), .zstd(level: 3), nil]

    @Test("the result depends on the content alone", arguments: recipes)
    func fromEverything(_ recipe: Recipe?) throws {
        let content = SampleBytes.text(6_000_000)
        let forms: [LayerToRecode] = [
            Self.layer(content, content: content), Self.layer(content, content: content, step: 1001),
            Self.layer(try Self.packed("gzip", content), .gzip, content: content),
            Self.layer(try Self.packed("zstd", content), .zstd, content: content),
        ]
        var results: Set<[UInt8]> = []
        for form in forms {
            for jobs in [1, 2, 5] {
                let result = try #require(try Self.recoded([form], recipe, jobs: jobs)[form.digest])
                #expect(result.layer.digest == Digest(of: result.bytes))
                #expect(result.layer.size == Int64(result.bytes.count))
                #expect(result.layer.source is SpooledFile)
                results.insert(result.bytes)
            }
        }
        #expect(results.count == 1)
        if recipe == nil { #expect(results.first == content) }
    }

    @Test("many small layers are recompressed beside a large one", arguments: [1, 2, 5])
    func many(_ jobs: Int) throws {
        let contents = (0..<300).map { SampleBytes.text($0 * 17) } + [SampleBytes.text(12_000_000)]
        let found = try Self.recoded(contents.map { Self.layer($0, content: $0) }, .gzip(level: 1), jobs: jobs)
        #expect(found.count == contents.count)
        for content in contents.suffix(3) + contents.prefix(2) {
            let result = try #require(found[Digest(of: content)])
            #expect(result.layer.compression == .gzip)
            #expect(try Program.run("gzip", ["-dc"], input: result.bytes).output == content)
        }
    }

    static let content = SampleBytes.text(5_000_000)

    static let promises: [(sentence: String, layer: LayerToRecode, error: BlobError)] = {
        let plain = content
        let other = Digest(of: [1, 2, 3])
        let squeezed = (try? packed("gzip", content)) ?? []
        let size = Int64(plain.count)
        var cut = Array(squeezed.prefix(squeezed.count / 2))
        cut[0] = squeezed[0]
        var broken = squeezed
        broken[broken.count / 2] ^= 0xff
        return [
            (
                "content that does not match the config", layer(plain, content: [1, 2, 3]),
                .content(path: "source", layer: Digest(of: plain), expected: other, found: Digest(of: plain))
            ),
            (
                "compressed content that does not match the config", layer(squeezed, .gzip, content: [1, 2, 3]),
                .content(path: "source", layer: Digest(of: squeezed), expected: other, found: Digest(of: plain))
            ),
            (
                "bytes that do not match the manifest", layer(plain, content: plain, stated: other),
                .digest(path: "source", expected: other, found: Digest(of: plain))
            ),
            (
                "fewer bytes than the manifest states", layer(plain, size: size + 1),
                .size(path: "source", blob: Digest(of: plain), expected: size + 1, found: size)
            ),
            (
                "more bytes than the manifest states", layer(plain, size: size - 1),
                .size(path: "source", blob: Digest(of: plain), expected: size - 1, found: size)
            ),
            (
                "a layer cut off before its digest was computed", layer(cut, .gzip, content: plain),
                .notDecompressed(path: "source", layer: Digest(of: cut), .gzip)
            ),
            (
                "damage is reported before its consequences", layer(broken, .gzip, content: plain, stated: other),
                .digest(path: "source", expected: other, found: Digest(of: broken))
            ),
            (
                "no gzip at all", layer(plain, .gzip, content: plain),
                .notDecompressed(path: "source", layer: Digest(of: plain), .gzip)
            ),
        ]
    }()

    @Test("size, digest and diffID of a layer are verified", arguments: promises.indices, [1, 2])
    func isChecked(_ number: Int, _ jobs: Int) throws {
        let (sentence, layer, error) = Self.promises[number]
        #expect(throws: error, "\(sentence)") { try Self.recoded([layer], .gzip(level: 1), jobs: jobs) }
    }

    @Test("the first error ends all work")
    func firstErrorEndsAll() throws {
        let good = (0..<50).map { Self.layer(SampleBytes.text(200_000 + $0)) }
        let bad = Self.layer(SampleBytes.text(8_000_000), content: [1])
        #expect(throws: BlobError.self) { try Self.recoded(good + [bad], .gzip(level: 1)) }
    }

    @Test("a diffID of another algorithm is verified")
    func sha512() throws {
        let content = SampleBytes.text(100_000)
        var layer = Self.layer(try Self.packed("gzip", content), .gzip, content: content)
        layer.diffIDs.insert(Digest(of: content, algorithm: .sha512))
        #expect(try Self.recoded([layer], .zstd(level: 1)).count == 1)
        layer.diffIDs = [Digest(of: [1], algorithm: .sha512)]
        #expect(throws: BlobError.self) { try Self.recoded([layer], .zstd(level: 1)) }
    }

    @Test("progress counts every byte that is read")
    func progress() throws {
        let directory = try TemporaryDirectory()
        let spool = try SpoolDirectory(directory.path("spool"))
        let content = SampleBytes.text(5_000_000)
        let total = Counter()
        _ = try LayerRecoding(.gzip(level: 1), into: spool, jobs: 2).run([Self.layer(content)]) { total.add($0) }
        #expect(total.value == content.count)
    }
}
