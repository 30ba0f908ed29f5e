import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

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

    @Test func oneImageOnEachSideIsAPairWhateverTheNames() throws {
        let difference = try Self.compare(
            Self.images([("demo/a:1", Self.amd64)]), Self.images([("other/b:2", Self.amd64)]))
        #expect(Self.facts(difference) == ["= docker.io/demo/a:1 docker.io/other/b:2"])
        #expect(difference.isSame)
    }

    @Test func severalImagesPairByName() throws {
        let difference = try Self.compare(
            Self.images([("demo/a:1", Self.amd64), ("demo/b:1", Self.arm64), ("demo/c:1", Self.s390x)]),
            Self.images([("demo/d:1", Self.s390x), ("demo/b:1", Self.s390x), ("demo/a:1", Self.amd64)]))
        func name(_ letter: String) -> String { "docker.io/demo/\(letter):1" }
        #expect(
            Self.facts(difference) == ["= \(name("a"))", "! \(name("b"))", "- \(name("c"))", "+ \(name("d"))"])
        #expect(!difference.isSame)
    }

    @Test func namesOfOnePairAreListedTogether() throws {
        let graph = Self.images([("a:1", Self.amd64), ("a:2", Self.amd64), ("b:1", Self.arm64), (nil, Self.s390x)])
        let difference = try Self.compare(graph, graph)
        #expect(
            Self.facts(difference) == [
                "= docker.io/library/a:1 docker.io/library/a:2", "= docker.io/library/b:1", "= ",
            ])
    }

    // MARK: - Platforms

    @Test func platformsPairByTheirNormalForm() throws {
        let difference = try Self.compare(
            Self.multi([Self.amd64, SampleImage("linux/arm64", content: ["x"])]),
            Self.multi([SampleImage("linux/arm64/v8", content: ["x"]), Self.amd64]))
        let platforms = difference.images[0].platforms
        #expect(platforms.map { $0.new?.platform?.description } == ["linux/amd64", "linux/arm64/v8"])
        #expect(platforms.map(\.isSame) == [true, false])
        #expect(platforms[1].details?.config?.map(\.path) == ["variant"])
    }

    @Test func aPlatformWithoutPartnerIsADifference() throws {
        let difference = try Self.compare(
            Self.multi([Self.amd64, Self.arm64]), Self.multi([Self.amd64, Self.s390x]))
        let platforms = difference.images[0].platforms
        #expect(platforms.map { $0.old == nil ? "+" : $0.new == nil ? "-" : "=" } == ["=", "-", "+"])
        #expect(!difference.isSame)
    }

    @Test func onePlatformOnEachSideIsAPairAndItsPlatformIsADifference() throws {
        let difference = try Self.compare(
            .of(SampleImage("linux/amd64", content: ["x"])), .of(SampleImage("linux/s390x", content: ["x"])))
        let platform = difference.images[0].platforms[0]
        #expect(platform.details?.config?.map(\.path) == ["architecture"])
        #expect(platform.details?.layers.map(\.change) == [.same])
        #expect(!difference.isSame)
    }

    @Test func aPlatformSelectsWhatIsCompared() throws {
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

    @Test func severalManifestsForOnePlatformPairByTheirConfigs() throws {
        let (one, other) = (SampleImage("linux/amd64", content: ["1"]), SampleImage("linux/amd64", content: ["2"]))
        let difference = try Self.compare(Self.multi([one, other]), Self.multi([other, one, Self.amd64]))
        #expect(difference.images[0].platforms.map(\.isSame) == [true, true, false])
    }

    @Test func absentManifestsAreComparedByTheirDigests() throws {
        var old = Self.multi([Self.amd64, Self.arm64])
        old.remove(Self.arm64.manifest.digest)
        #expect(try Self.compare(old, old).isSame)
        #expect(try Self.compare(old, Self.multi([Self.amd64, Self.arm64])).isSame)
    }

    // MARK: - What is the same

    @Test func compressionAndFormatAreNotesUnlessTheComparisonIsExact() throws {
        let docker = SampleImage("linux/amd64", content: ["shared", "amd64"], isDocker: true)
        let difference = try Self.compare(.of(Self.amd64), .of(docker))
        #expect(difference.isSame && difference.images[0].platforms[0].hasOtherManifest)
        #expect(try !Self.compare(.of(Self.amd64), .of(docker), isExact: true).isSame)
        #expect(try Self.compare(.of(Self.amd64), .of(Self.amd64), isExact: true).isSame)
    }

    @Test func anIndexAndItsOnlyManifestAreTheSameImage() throws {
        let index = Self.multi([Self.amd64])
        #expect(try Self.compare(index, .of(Self.amd64)).isSame)
        #expect(try !Self.compare(index, .of(Self.amd64), isExact: true).isSame)
    }

    @Test func annotationsOfIndexesAndEntriesAreDifferences() throws {
        let plain = Self.multi([Self.amd64, Self.arm64])
        let index = try Self.compare(plain, Self.multi([Self.amd64, Self.arm64], index: ["a": "b"]))
        #expect(!index.isSame)
        #expect(index.images[0].annotations == [.init(place: .index, key: "a", old: nil, new: "b")])
        let entry = try Self.compare(Self.multi([Self.amd64, Self.arm64], entry: ["a": "b"]), plain)
        #expect(!entry.isSame)
        #expect(entry.images[0].platforms[0].annotations == [.init(place: .descriptor, key: "a", old: "b", new: nil)])
    }

    @Test func annotationsAreNotComparedWithAFormatThatHasNone() throws {
        let old = ComparedSource(.of(Self.amd64), hasAnnotations: false)
        let difference = try SourceDifference(old, ComparedSource(Self.multi([Self.amd64], index: ["a": "b"])))
        #expect(difference.isSame && difference.ignoresAnnotations)
        #expect(try !SourceDifference(old, ComparedSource(.of(Self.amd64))).ignoresAnnotations)
    }

    @Test func attestationsAreNotesUnlessTheComparisonIsExact() throws {
        let (old, new) = (Self.multi([Self.amd64]), Self.multi([Self.amd64], attests: true))
        let difference = try Self.compare(old, new)
        #expect(difference.isSame && difference.images[0].platforms[0].hasOtherAttestations)
        #expect(try !Self.compare(old, new, isExact: true).isSame)
    }

    @Test func anArtifactThatDescribesNoImageIsADifference() throws {
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

    @Test func configsAreComparedMemberByMember() throws {
        let difference = try Self.compare(.of(Self.amd64), .of(SampleImage("linux/amd64", content: ["shared", "new"])))
        let details = try #require(difference.images[0].platforms[0].details)
        #expect(details.config?.map(\.path) == ["rootfs.diff_ids[1]"])
        #expect(details.layers.map(\.change) == [.same, .removed, .added])
    }

    @Test func absentConfigsAreComparedByTheirDigests() throws {
        var old = ImageGraph.of(Self.amd64)
        old.remove(Self.amd64.config.digest)
        #expect(try Self.compare(old, .of(Self.amd64)).isSame)
        let difference = try Self.compare(old, .of(Self.arm64))
        #expect(!difference.isSame && difference.images[0].platforms[0].details?.config == nil)
    }

    /// One large manifest in many images, each with another partner.
    @Test(.timeLimit(.minutes(1))) func repeatedDocumentsAreComparedALimitedNumberOfTimes() throws {
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
