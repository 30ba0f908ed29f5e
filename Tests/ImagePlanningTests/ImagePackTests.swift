import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Packing several images side by side.
struct ImagePackTests {
    static let amd64 = SampleImage("linux/amd64", content: ["base", "amd64"])
    static let arm64 = SampleImage("linux/arm64", content: ["base", "arm64"])
    static let other = SampleImage("linux/amd64", content: ["base", "other"])
    static let s390x = SampleImage("linux/s390x", content: ["s390x"])

    private static func plan(
        _ graphs: [ImageGraph], tags: [String] = [], platforms: [String] = [], sparse: Bool = false
    ) throws -> MergeOutcome {
        var options = MergeOptions(
            tags: tags.compactMap { ImageName(parsing: $0) },
            platforms: try platforms.map { try Platform(parsing: $0) }, joinsSideBySide: true)
        options.keepsImages = true
        options.isSparse = sparse
        let inputs = try graphs.enumerated().map { try Planning.input("s\($0)", $1) }
        return try Merge.plan(inputs, options)
    }

    /// An index of several platforms under one name.
    private static func multi(_ name: String?, _ images: [SampleImage] = [amd64, arm64]) -> ImageGraph {
        var graph = ImageGraph()
        for image in images { graph.add(image) }
        let entries = zip(images, ["linux/amd64", "linux/arm64"]).map { $0.entry($1) }
        let index = SampleImage.index(entries)
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: name))
        return graph
    }

    private static func chart(_ name: String, _ text: String) -> ImageGraph {
        let layer = SampleContent(Array(text.utf8), mediaType: MediaType("application/vnd.cncf.helm.chart.content.v1"))
        let config = SampleContent(Array("{}".utf8), mediaType: MediaType("application/vnd.cncf.helm.config.v1+json"))
        let json =
            #"{"schemaVersion":2,"config":\#(Planning.text(config.descriptor.json.bytes)),"layers":["#
            + Planning.text(layer.descriptor.json.bytes) + "]}"
        let manifest = Document.sample(Array(json.utf8), mediaType: .ociManifest)
        var graph = ImageGraph()
        graph.insert(manifest)
        for content in [layer, config] {
            graph.blobs[content.descriptor.digest] = MemoryBytes(content.bytes, path: "memory")
        }
        graph.root(SampleImage.entry(manifest, name: name))
        return graph
    }

    private static func names(_ outcome: MergeOutcome) -> [String: Digest] {
        Dictionary(
            outcome.plan.roots.compactMap { root in root.label.map { ($0.description, root.descriptor.digest) } }
        ) { first, _ in first }
    }

    @Test func everyImageKeepsItsNameAndItsDigest() throws {
        let multi = Self.multi("demo/multi:1")
        let outcome = try Self.plan([.of(Self.other, name: "demo/a:1"), multi, .of(Self.s390x, name: "demo/b:1")])
        #expect(
            Self.names(outcome) == [
                "docker.io/demo/a:1": Self.other.manifest.digest, "docker.io/demo/b:1": Self.s390x.manifest.digest,
                "docker.io/demo/multi:1": multi.roots[0].descriptor.digest,
            ])
        #expect(outcome.images.map { $0.children.flatMap(\.sources) } == [["s0"], ["s2"], ["s1", "s1"]])
        #expect(outcome.plan.blobs.count == 5, "shared layers are written once")
        #expect(outcome.notes == [])
    }

    @Test func imagesOfOneNameAreJoinedByPlatform() throws {
        let outcome = try Self.plan([
            .of(Self.amd64, name: "demo/a:1"), .of(Self.arm64, name: "demo/a:1"), .of(Self.other, name: "demo/b:1"),
        ])
        #expect(
            outcome.images.map { $0.labels.map(\.description) } == [["docker.io/demo/a:1"], ["docker.io/demo/b:1"]])
        #expect(outcome.images[0].children.map(\.digest) == [Self.amd64, Self.arm64].map(\.manifest.digest))
        #expect(outcome.images[1].root.digest == Self.other.manifest.digest)
    }

    @Test func theSameImageInTwoSourcesIsWrittenOnce() throws {
        let outcome = try Self.plan([.of(Self.amd64, name: "demo/a:1"), .of(Self.amd64, name: "demo/a:1")])
        #expect(outcome.plan.roots.count == 1 && outcome.images.count == 1)
        #expect(outcome.images[0].root.digest == Self.amd64.manifest.digest)
        #expect(outcome.images[0].children.map(\.sources) == [["s0", "s1"]])
    }

    @Test func twoImagesOfOneNameAndPlatformAreRefused() throws {
        #expect {
            try Self.plan([.of(Self.amd64, name: "demo/a:1"), .of(Self.other, name: "demo/a:1")])
        } throws: { error in
            if case .conflict(.samePlatform) = error as? PlanError { true } else { false }
        }
    }

    @Test(arguments: MergeTests.permutations([0, 1, 2, 3]))
    func theOrderOfSourcesDoesNotMatter(_ order: [Int]) throws {
        let graphs = [
            ImageGraph.of(Self.amd64, name: "demo/a:1"), .of(Self.arm64, name: "demo/a:1", platform: "linux/arm64"),
            Self.multi("demo/b:1"), Self.chart("demo/chart:1", "chart"),
        ]
        let expected = try Planning.facts(try Self.plan(graphs).plan)
        #expect(try Planning.facts(try Self.plan(order.map { graphs[$0] }).plan) == expected)
    }

    @Test func severalNamesOfAnImageLeadToOneRoot() throws {
        var graph = ImageGraph.of(Self.amd64, name: "demo/a:1")
        graph.root(Self.amd64.entry(name: "demo/a:2"))
        let outcome = try Self.plan([graph, .of(Self.other, name: "demo/b:1")])
        #expect(outcome.images.count == 2 && outcome.plan.roots.count == 3)
        #expect(outcome.images[0].labels.map(\.description) == ["docker.io/demo/a:1", "docker.io/demo/a:2"])
    }

    // MARK: - Names

    @Test func anImageWithoutANameIsRefusedAmongSeveral() throws {
        #expect(throws: PlanError.conflict(.unnamedInPack(source: "s1", Self.other.manifest.digest))) {
            try Self.plan([.of(Self.amd64, name: "demo/a:1"), .of(Self.other)])
        }
        #expect(throws: PlanError.conflict(.unnamedInPack(source: "s0", Self.amd64.manifest.digest))) {
            try Self.plan([.of(Self.amd64), .of(Self.arm64)])
        }
        #expect(try Self.plan([.of(Self.amd64)]).plan.roots.map(\.label) == [nil])
    }

    @Test func aTagNamesTheOnlyImage() throws {
        let joined = try Self.plan(
            [.of(Self.amd64, name: "demo/a:1"), .of(Self.arm64, name: "demo/a:1")], tags: ["x:1"])
        #expect(Array(Self.names(joined).keys) == ["docker.io/library/x:1"])
        #expect(
            throws: PlanError.conflict(.tagForSeveral(count: 2, names: ["docker.io/demo/a:1", "docker.io/demo/b:1"]))
        ) {
            try Self.plan([.of(Self.amd64, name: "demo/a:1"), .of(Self.arm64, name: "demo/b:1")], tags: ["x:1"])
        }
        #expect(throws: PlanError.conflict(.tagForSeveral(count: 2, names: []))) {
            try Self.plan([.of(Self.amd64), .of(Self.arm64)], tags: ["x:1"])
        }
    }

    // MARK: - Platforms

    @Test func aSelectionMakesANewIndexOnlyIfItLeavesSomethingOut() throws {
        let multi = Self.multi("demo/a:1")
        let graphs = [multi, .of(Self.other, name: "demo/b:1")]
        let both = try Self.plan(graphs, platforms: ["linux/amd64", "linux/arm64"])
        #expect(Self.names(both)["docker.io/demo/a:1"] == multi.roots[0].descriptor.digest)
        let one = try Self.plan(graphs, platforms: ["linux/amd64"])
        #expect(one.images[0].root.digest != multi.roots[0].descriptor.digest)
        #expect(one.images[0].children.map(\.digest) == [Self.amd64.manifest.digest])
        #expect(one.images[1].root.digest == Self.other.manifest.digest)
        let arm = try Self.plan(graphs, platforms: ["linux/arm64"])
        #expect(Array(Self.names(arm).keys) == ["docker.io/demo/a:1"])
        #expect(arm.notes == [.nameLeftOut("docker.io/demo/b:1")])
    }

    @Test func aSparseSelectionKeepsTheIndex() throws {
        let multi = Self.multi("demo/a:1")
        let graphs = [multi, .of(Self.other, name: "demo/b:1")]
        let outcome = try Self.plan(graphs, platforms: ["linux/arm64"], sparse: true)
        #expect(Self.names(outcome) == ["docker.io/demo/a:1": multi.roots[0].descriptor.digest])
        #expect(!outcome.plan.documents.map(\.digest).contains(Self.amd64.manifest.digest))
        #expect(outcome.plan.blobs.count == 2)
        #expect(outcome.notes == [.nameLeftOut("docker.io/demo/b:1")])
    }

    // MARK: - Artifacts and archives

    @Test func artifactsAreCopiedUnderTheirNamesAndAreNotForDocker() throws {
        let chart = Self.chart("demo/chart:1", "chart")
        let outcome = try Self.plan([chart, .of(Self.amd64, name: "demo/a:1")])
        #expect(Self.names(outcome)["docker.io/demo/chart:1"] == chart.roots[0].descriptor.digest)
        #expect(outcome.images.count == 1)
        let members = try OCIArchiveForm.portable().archived(outcome.plan).members
        let list = members.first { $0.name == "manifest.json" }
        guard case .bytes(let bytes)? = list?.content else {
            Issue.record("no manifest.json")
            return
        }
        let text = Planning.text(bytes)
        #expect(text.contains("docker.io/demo/a:1") && !text.contains("chart"))
    }

    @Test func aNameWithADigestIsNoted() throws {
        var graph = ImageGraph()
        graph.add(Self.amd64)
        let digest = Self.amd64.manifest.digest
        let label = try #require(ImageLabel.pinned("registry.example/a@\(digest)"))
        graph.roots.append(.init(descriptor: Self.amd64.entry(), entry: nil, labels: [label]))
        #expect(try OCIArchiveForm.portable().notes(on: Self.plan([graph]).plan) == [.pinnedInArchive(digest)])
    }

    @Test func twoArtifactsOfOneNameAreRefused() throws {
        #expect(throws: PlanError.conflict(.sameName("docker.io/demo/chart:1", one: "s0", other: "s1"))) {
            try Self.plan([Self.chart("demo/chart:1", "one"), Self.chart("demo/chart:1", "two")])
        }
        #expect {
            try Self.plan([Self.chart("demo/a:1", "one"), .of(Self.amd64, name: "demo/a:1")])
        } throws: { error in
            if case .conflict(.sameName) = error as? PlanError { true } else { false }
        }
    }

    /// skopeo would take the first of two images with one bare tag, and oras the last.
    @Test func entriesOfSeveralRepositoriesHaveFullNames() throws {
        func references(_ graphs: [ImageGraph]) throws -> [String?] {
            let plan = try OCIArchiveForm.portable().archived(try Self.plan(graphs).plan)
            for member in plan.members where member.name == "index.json" {
                guard case .bytes(let bytes) = member.content else { continue }
                return try IndexView(bytes: bytes).manifests.map {
                    $0.descriptor.annotations[ImageLabel.referenceKey]
                }
            }
            return []
        }
        #expect(
            try references([.of(Self.amd64, name: "demo/a:1"), .of(Self.arm64, name: "demo/b:2")])
                == ["docker.io/demo/a:1", "docker.io/demo/b:2"])
        // ctr fails at an artifact, after it has unpacked the entries before it.
        #expect(
            try references([Self.chart("demo/chart:1", "chart"), .of(Self.amd64, name: "demo/a:1")])
                == ["docker.io/demo/a:1", "docker.io/demo/chart:1"])
        #expect(
            try references([.of(Self.amd64, name: "demo/a:1"), .of(Self.arm64, name: "demo/a:2")]) == ["1", "2"])
    }
}
