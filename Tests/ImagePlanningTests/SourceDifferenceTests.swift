import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

@Suite("The differences between two sources")
struct SourceDifferenceTests {
    private static let amd64 = SampleImage("linux/amd64", content: ["shared", "amd64"])
    private static let arm64 = SampleImage("linux/arm64", content: ["shared", "arm64"])
    private static let s390x = SampleImage("linux/s390x", content: ["s390x"])

    private static func compare(
        _ old: ImageGraph, _ new: ImageGraph, _ platform: String? = nil, isExact: Bool = false
    ) throws -> SourceDifference {
        try SourceDifference(
            ComparedSource(old), ComparedSource(new), platform: try platform.map(Platform.init(parsing:)),
            isExact: isExact)
    }

    /// Images below an index, with the annotations of it and of its first entry.
    private static func multi(
        _ images: [SampleImage], name: String? = nil, index annotations: [String: String] = [:],
        entry: [String: String] = [:], attests: Bool = false
    ) -> ImageGraph {
        var graph = ImageGraph()
        var entries: [Descriptor] = []
        for (number, image) in images.enumerated() {
            graph.add(image)
            let platform = image.config.config?.platform?.description
            entries.append(image.entry(platform, more: number == 0 ? entry : [:]))
            guard attests else { continue }
            let attestation = SampleImage.attestation(of: image)
            graph.add(attestation.image)
            entries.append(attestation.entry)
        }
        let members: [(String, JSONText)] = [
            ("schemaVersion", .integer(2)), ("manifests", .array(entries.map(\.json))),
            ("annotations", .object(annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ]
        let index = Document.sample(JSONText.object(members).bytes, mediaType: .ociIndex)
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: name))
        return graph
    }

    private static func images(_ named: [(String?, SampleImage)]) -> ImageGraph {
        var graph = ImageGraph()
        for (name, image) in named {
            graph.add(image)
            graph.root(image.entry(name: name))
        }
        return graph
    }

    private static func facts(_ difference: SourceDifference) -> [String] {
        difference.images.map { image in
            let names = image.labels.map(\.description).joined(separator: " ")
            let mark = image.isSame ? "=" : image.old == nil ? "+" : image.new == nil ? "-" : "!"
            return "\(mark) \(names)"
        }
    }

    // MARK: - Names

    @Test("one image on each side is a pair with any names")
    func oneImage() throws {
        let difference = try Self.compare(
            Self.images([("demo/a:1", Self.amd64)]), Self.images([("other/b:2", Self.amd64)]))
        #expect(Self.facts(difference) == ["= docker.io/demo/a:1 docker.io/other/b:2"])
        #expect(difference.isSame)
    }

    @Test("several images pair by name")
    func severalImages() throws {
        let difference = try Self.compare(
            Self.images([("demo/a:1", Self.amd64), ("demo/b:1", Self.arm64), ("demo/c:1", Self.s390x)]),
            Self.images([("demo/d:1", Self.s390x), ("demo/b:1", Self.s390x), ("demo/a:1", Self.amd64)]))
        func name(_ letter: String) -> String { "docker.io/demo/\(letter):1" }
        #expect(
            Self.facts(difference) == ["= \(name("a"))", "! \(name("b"))", "- \(name("c"))", "+ \(name("d"))"])
        #expect(!difference.isSame)
    }

    @Test("names of one pair are listed together")
    func namesOfOnePair() throws {
        let graph = Self.images([("a:1", Self.amd64), ("a:2", Self.amd64), ("b:1", Self.arm64), (nil, Self.s390x)])
        let difference = try Self.compare(graph, graph)
        #expect(
            Self.facts(difference) == [
                "= docker.io/library/a:1 docker.io/library/a:2", "= docker.io/library/b:1", "= ",
            ])
    }

    // MARK: - Platforms

    @Test("platforms pair by their normal form")
    func normalForm() throws {
        let difference = try Self.compare(
            Self.multi([Self.amd64, SampleImage("linux/arm64", content: ["x"])]),
            Self.multi([SampleImage("linux/arm64/v8", content: ["x"]), Self.amd64]))
        let platforms = difference.images[0].platforms
        #expect(platforms.map { $0.new?.platform?.description } == ["linux/amd64", "linux/arm64/v8"])
        #expect(platforms.map(\.isSame) == [true, false])
        #expect(platforms[1].details?.config?.map(\.path) == ["variant"])
    }

    @Test("a platform without a partner is a difference")
    func lonePlatform() throws {
        let difference = try Self.compare(
            Self.multi([Self.amd64, Self.arm64]), Self.multi([Self.amd64, Self.s390x]))
        let platforms = difference.images[0].platforms
        #expect(platforms.map { $0.old == nil ? "+" : $0.new == nil ? "-" : "=" } == ["=", "-", "+"])
        #expect(!difference.isSame)
    }

    @Test("one platform on each side is a pair, and another platform is a difference")
    func onePlatform() throws {
        let difference = try Self.compare(
            .of(SampleImage("linux/amd64", content: ["x"])), .of(SampleImage("linux/s390x", content: ["x"])))
        let platform = difference.images[0].platforms[0]
        #expect(platform.details?.config?.map(\.path) == ["architecture"])
        #expect(platform.details?.layers.map(\.change) == [.same])
        #expect(!difference.isSame)
    }

    /// One manifest below an index, for this platform.
    private static func listed(_ image: SampleImage, as platforms: String...) -> ImageGraph {
        let index = SampleImage.index(platforms.map { image.entry($0) })
        var graph = ImageGraph()
        graph.add(image)
        graph.insert(index)
        graph.root(SampleImage.entry(index))
        return graph
    }

    @Test("one manifest that two indexes list for other platforms is a difference")
    func listedPlatform() throws {
        let difference = try Self.compare(
            Self.listed(Self.amd64, as: "linux/amd64"), Self.listed(Self.amd64, as: "linux/s390x"))
        let platform = difference.images[0].platforms[0]
        #expect(!difference.isSame && !platform.isSame)
        #expect(platform.old?.listedPlatform?.description == "linux/amd64")
        #expect(platform.new?.listedPlatform?.description == "linux/s390x")
        let others = try Self.compare(
            Self.listed(Self.amd64, as: "linux/s390x"),
            Self.listed(SampleImage("linux/amd64", content: ["shared", "amd64"], isDocker: true), as: "linux/amd64"))
        #expect(!others.isSame)
    }

    @Test("a descriptor without a platform or variant has that of the config")
    func unlistedPlatform() throws {
        let index = Self.listed(Self.amd64, as: "linux/amd64")
        #expect(try Self.compare(index, .of(Self.amd64)).isSame)
        let arm = SampleImage("linux/arm/v6", content: ["arm"])
        #expect(try Self.compare(Self.listed(arm, as: "linux/arm"), .of(arm)).isSame)
        #expect(try !Self.compare(Self.listed(arm, as: "linux/arm/v7"), .of(arm)).isSame)
    }

    @Test("manifests that are listed for several platforms pair by these")
    func severalListedPlatforms() throws {
        let difference = try Self.compare(
            Self.listed(Self.amd64, as: "linux/amd64", "linux/s390x"),
            Self.listed(Self.amd64, as: "linux/s390x", "linux/amd64"))
        #expect(difference.isSame && difference.images[0].platforms.count == 2)
    }

    @Test("a platform selects the images to compare")
    func selection() throws {
        let (old, new) = (
            Self.multi([Self.amd64, Self.arm64]), Self.multi([Self.amd64, Self.s390x], index: ["a": "b"])
        )
        #expect(try Self.compare(old, new, "linux/amd64").images[0].platforms.map(\.isSame) == [true])
        #expect(try !Self.compare(old, new, "linux/arm64").isSame)
        let present = try ["linux/amd64", "linux/arm64", "linux/s390x"].map(Platform.init(parsing:))
        let wanted = try Platform(parsing: "linux/riscv64")
        #expect(throws: PlanError.conflict(.platformAbsent(wanted: wanted, present: present))) {
            try Self.compare(old, new, "linux/riscv64")
        }
    }

    @Test("several manifests for one platform pair by their configs")
    func severalManifests() throws {
        let (one, other) = (SampleImage("linux/amd64", content: ["1"]), SampleImage("linux/amd64", content: ["2"]))
        let difference = try Self.compare(Self.multi([one, other]), Self.multi([other, one, Self.amd64]))
        #expect(difference.images[0].platforms.map(\.isSame) == [true, true, false])
    }

    @Test("absent manifests are compared by their digests")
    func absentManifests() throws {
        var old = Self.multi([Self.amd64, Self.arm64])
        old.remove(Self.arm64.manifest.digest)
        #expect(try Self.compare(old, old).isSame)
        #expect(try Self.compare(old, Self.multi([Self.amd64, Self.arm64])).isSame)
    }

    // MARK: - The same

    @Test("compression and format are notes unless the comparison is exact")
    func compression() throws {
        let docker = SampleImage("linux/amd64", content: ["shared", "amd64"], isDocker: true)
        let difference = try Self.compare(.of(Self.amd64), .of(docker))
        #expect(difference.isSame && difference.images[0].platforms[0].hasOtherManifest)
        #expect(try !Self.compare(.of(Self.amd64), .of(docker), isExact: true).isSame)
        #expect(try Self.compare(.of(Self.amd64), .of(Self.amd64), isExact: true).isSame)
    }

    @Test("an index and its only manifest are the same image")
    func onlyManifest() throws {
        let index = Self.multi([Self.amd64])
        #expect(try Self.compare(index, .of(Self.amd64)).isSame)
        #expect(try !Self.compare(index, .of(Self.amd64), isExact: true).isSame)
    }

    @Test("annotations of indexes and entries are differences")
    func annotations() throws {
        let plain = Self.multi([Self.amd64, Self.arm64])
        let index = try Self.compare(plain, Self.multi([Self.amd64, Self.arm64], index: ["a": "b"]))
        #expect(!index.isSame)
        #expect(index.images[0].annotations == [.init(place: .index, key: "a", old: nil, new: "b")])
        let entry = try Self.compare(Self.multi([Self.amd64, Self.arm64], entry: ["a": "b"]), plain)
        #expect(!entry.isSame)
        #expect(entry.images[0].platforms[0].annotations == [.init(place: .descriptor, key: "a", old: "b", new: nil)])
    }

    @Test("annotations are not compared with a format that has none")
    func noAnnotations() throws {
        let old = ComparedSource(.of(Self.amd64), hasAnnotations: false)
        let difference = try SourceDifference(old, ComparedSource(Self.multi([Self.amd64], index: ["a": "b"])))
        #expect(difference.isSame && difference.ignoresAnnotations)
        #expect(try !SourceDifference(old, ComparedSource(.of(Self.amd64))).ignoresAnnotations)
    }

    @Test("attestations are notes unless the comparison is exact")
    func attestations() throws {
        let (old, new) = (Self.multi([Self.amd64]), Self.multi([Self.amd64], attests: true))
        let difference = try Self.compare(old, new)
        #expect(difference.isSame && difference.images[0].platforms[0].hasOtherAttestations)
        #expect(try !Self.compare(old, new, isExact: true).isSame)
    }

    @Test("an artifact that describes no image is a difference")
    func artifact() throws {
        let chart = Document.sample(
            Array(
                """
                {"schemaVersion":2,"artifactType":"application/x-chart","config":\
                {"mediaType":"application/vnd.oci.empty.v1+json","digest":"\(Self.amd64.manifest.digest)","size":2},\
                "layers":[]}
                """.utf8), mediaType: .ociManifest)
        var new = ImageGraph.of(Self.amd64, name: "a:1")
        new.insert(chart)
        new.root(SampleImage.entry(chart, name: "chart:1"))
        let difference = try Self.compare(.of(Self.amd64, name: "a:1"), new)
        #expect(difference.images.map(\.isSame) == [true])
        #expect(difference.artifacts.map(\.isAdded) == [true])
        #expect(!difference.isSame)
    }

    @Test("configs are compared member by member")
    func configs() throws {
        let difference = try Self.compare(.of(Self.amd64), .of(SampleImage("linux/amd64", content: ["shared", "new"])))
        let details = try #require(difference.images[0].platforms[0].details)
        #expect(details.config?.map(\.path) == ["rootfs.diff_ids[1]"])
        #expect(details.layers.map(\.change) == [.same, .removed, .added])
    }

    @Test("absent configs are compared by their digests")
    func absentConfigs() throws {
        var old = ImageGraph.of(Self.amd64)
        old.remove(Self.amd64.config.digest)
        #expect(try Self.compare(old, .of(Self.amd64)).isSame)
        let difference = try Self.compare(old, .of(Self.arm64))
        #expect(!difference.isSame && difference.images[0].platforms[0].details?.config == nil)
    }

    /// One large manifest in many images, each with another partner.
    @Test("documents are compared a limited number of times", .mustEnd)
    func repeatedDocuments() throws {
        let large = SampleImage("linux/amd64", content: (0..<9_000).map { "\($0)" })
        var (old, new) = (ImageGraph(), ImageGraph())
        old.add(large)
        for number in 0..<200 {
            let index = SampleImage.index([large.entry(more: ["n": "\(number)"])])
            old.insert(index)
            old.root(SampleImage.entry(index, name: "a:\(number)"))
            let small = SampleImage("linux/amd64", content: ["\(number)"])
            new.add(small)
            new.root(small.entry(name: "a:\(number)"))
        }
        let difference = try Self.compare(old, new)
        #expect(difference.images.count == 200 && !difference.isSame)
        let compared = difference.images.count { $0.platforms[0].details != nil }
        #expect(compared > 10 && compared < 60)
        #expect(difference.images.allSatisfy { !$0.isSame })
    }
}
