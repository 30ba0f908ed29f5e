import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Merging several sources into images with indexes.
struct MergeTests {
    static let amd64 = SampleImage("linux/amd64", content: ["base", "amd64"])
    static let arm64 = SampleImage("linux/arm64", content: ["base", "arm64"])
    static let arm = SampleImage("linux/arm/v7", content: ["base", "arm"])
    static let s390x = SampleImage("linux/s390x", content: ["s390x"], isDocker: true)

    static func platforms(_ outcome: MergeOutcome) throws -> [String] {
        try Planning.index(outcome).manifests.map { $0.descriptor.platform?.description ?? "none" }
    }

    @Test func mergesOneImagePerSourceSortedByPlatform() throws {
        let outcome = try Planning.plan(
            .of(Self.s390x), .of(Self.arm), .of(Self.arm64), .of(Self.amd64), tags: ["demo/app:1"])
        #expect(try Self.platforms(outcome) == ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"])
        let index = try Planning.index(outcome)
        #expect(
            index.manifests.map(\.descriptor.digest)
                == [Self.amd64, Self.arm, Self.arm64, Self.s390x].map(\.manifest.digest))
        #expect(
            index.manifests.map(\.descriptor.mediaType) == [.ociManifest, .ociManifest, .ociManifest, .dockerManifest])
        #expect(outcome.images.map(\.labels) == [[ImageLabel(reference: "demo/app:1")]])
        #expect(outcome.images[0].children.map(\.sources) == [["s3"], ["s1"], ["s2"], ["s0"]])
        #expect(outcome.plan.documents.count == 9)
        #expect(outcome.plan.blobs.count == 5)
        #expect(outcome.notes == [])
        let root = Planning.text(try RootIndex.bytes(outcome.plan.roots))
        #expect(root.contains(#""io.containerd.image.name":"docker.io/demo/app:1""#))
        #expect(outcome.plan.documents.last?.digest == outcome.images[0].root.digest)
    }

    /// Sources in every order, with shared layers, different descriptors of equal images, attestations and several
    /// names.
    @Test func theOrderOfSourcesDoesNotMatter() throws {
        let attested = SampleImage.attestation(of: Self.amd64)
        func attesting(_ more: [String: String]) -> ImageGraph {
            var entry = attested.entry
            entry.annotations.merge(more) { $1 }
            let index = SampleImage.index([Self.amd64.entry("linux/amd64", more: more), entry])
            var graph = ImageGraph.of(Self.amd64)
            graph.add(attested.image)
            graph.insert(index)
            graph.roots = []
            graph.root(SampleImage.entry(index, name: "app:1"))
            return graph
        }
        let inputs = [
            try Planning.input("plain", attesting([:])), try Planning.input("rich", attesting(["a": "b"])),
            try Planning.input("arm", .of(Self.arm, name: "app:1", platform: "linux/arm")),
            try Planning.input("arm too", .of(Self.arm, name: "app:1", platform: "linux/arm/v7")),
        ]
        let expected = try Planning.facts(try Planning.plan(inputs).plan)
        for order in Self.permutations(Array(inputs.indices)) {
            let outcome = try Planning.plan(order.map { inputs[$0] })
            #expect(try Planning.facts(outcome.plan) == expected, "\(order)")
        }
    }

    static func permutations(_ items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.flatMap { first in permutations(items.filter { $0 != first }).map { [first] + $0 } }
    }

    @Test(arguments: permutations([0, 1, 2, 3]))
    func theOrderOfPlainImagesDoesNotMatter(_ order: [Int]) throws {
        let graphs = [Self.amd64, Self.arm64, Self.arm, Self.s390x].map { ImageGraph.of($0, name: "app:1") }
        func facts(_ order: [Int]) throws -> [String] {
            try Planning.facts(try Planning.plan(try order.map { try Planning.input("s\($0)", graphs[$0]) }).plan)
        }
        #expect(try facts(order) == facts([0, 1, 2, 3]))
    }

    @Test func equalImagesAreMerged() throws {
        let outcome = try Planning.plan(.of(Self.amd64), .of(Self.amd64), .of(Self.arm))
        #expect(try Self.platforms(outcome) == ["linux/amd64", "linux/arm/v7"])
        #expect(outcome.images[0].children.map(\.sources) == [["s0", "s1"], ["s2"]])
    }

    @Test func theDescriptorWithMostDetailsIsKept() throws {
        let rich = Self.amd64.entry("linux/amd64", more: ["org.example": "kept"])
        var described = ImageGraph.of(Self.amd64)
        described.roots = []
        described.root(rich)
        let index = try Planning.index(try Planning.plan(.of(Self.amd64), described))
        #expect(index.manifests.map(\.descriptor) == [rich])
    }

    @Test func namesOfRootsAreNotCopiedToChildren() throws {
        let outcome = try Planning.plan(.of(Self.amd64, name: "a:1"), .of(Self.arm, name: "b:1"), tags: ["c:1"])
        let index = try Planning.index(outcome)
        #expect(index.manifests.allSatisfy { $0.descriptor.annotations.isEmpty })
        #expect(index.manifests.allSatisfy { !Planning.text(Array($0.json)).contains("annotations") })
    }

    @Test func theConfigOverridesTheDescriptor() throws {
        let outcome = try Planning.plan(.of(Self.arm, platform: "linux/amd64"), .of(Self.s390x))
        #expect(try Self.platforms(outcome) == ["linux/arm/v7", "linux/s390x"])
        let platforms = try ["linux/arm/v7", "linux/amd64"].map { try Platform(parsing: $0) }
        #expect(
            outcome.notes == [
                .configDisagrees(source: "s0", config: platforms[0], descriptor: platforms[1], isCopied: false)
            ])
    }

    @Test(arguments: [("10.0.20348.1", true), ("10.0.17763.1577", false)])
    func theConfigOverridesTheVersionOfWindowsInTheDescriptor(_ version: String, _ isNoted: Bool) throws {
        let image = SampleImage("windows/amd64", content: ["w"], version: "10.0.17763.2")
        var graph = ImageGraph.of(image)
        graph.roots = []
        graph.root(image.entry("windows/amd64", version: version))
        let outcome = try Planning.plan(graph, .of(Self.s390x))
        #expect(try Self.platforms(outcome) == ["linux/s390x", "windows/amd64:10.0.17763.2"])
        let platforms = try ["10.0.17763.2", version].map { try Platform(parsing: "windows/amd64:\($0)") }
        let note = PlanNote.configDisagrees(
            source: "s0", config: platforms[0], descriptor: platforms[1], isCopied: false)
        #expect(outcome.notes == (isNoted ? [note] : []))
        let copy = PlanNote.configDisagrees(
            source: "s0", config: platforms[0], descriptor: platforms[1], isCopied: true)
        #expect(try Planning.plan(graph).notes == (isNoted ? [copy] : []))
    }

    @Test func aConfigWithoutPlatformUsesTheDescriptors() throws {
        let silent = SampleImage(nil, content: ["x"])
        #expect(
            try Self.platforms(try Planning.plan(.of(silent, platform: "linux/riscv64"), .of(Self.arm))) == [
                "linux/arm/v7", "linux/riscv64",
            ])
    }

    @Test func nestedIndexesAreFlattened() throws {
        let inner = SampleImage.index([Self.arm.entry("linux/arm/v7"), Self.arm64.entry("linux/arm64")])
        let outer = SampleImage.index([SampleImage.entry(inner), Self.amd64.entry("linux/amd64")], type: .dockerList)
        var graph = ImageGraph()
        for image in [Self.amd64, Self.arm, Self.arm64] { graph.add(image) }
        graph.insert(inner)
        graph.insert(outer)
        graph.root(SampleImage.entry(outer))
        let outcome = try Planning.plan(graph, .of(Self.s390x))
        #expect(try Self.platforms(outcome) == ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"])
        #expect(!outcome.plan.documents.contains { [inner.digest, outer.digest].contains($0.digest) })
    }

    @Test func versionsOfWindowsAreDifferentPlatforms() throws {
        let old = SampleImage("windows/amd64", content: ["old"], version: "10.0.17763.1")
        let new = SampleImage("windows/amd64", content: ["new"])
        var second = ImageGraph.of(new)
        second.roots = []
        second.root(new.entry("windows/amd64", version: "10.0.20348.2"))
        let outcome = try Planning.plan(.of(old), second)
        #expect(try Self.platforms(outcome) == ["windows/amd64:10.0.17763.1", "windows/amd64:10.0.20348.2"])
        let one = try Planning.plan(.of(old), second, platforms: ["windows/amd64:10.0.17763"])
        #expect(try Self.platforms(one) == ["windows/amd64:10.0.17763.1"])
    }

    @Test func attestationsFollowAllImages() throws {
        let attested = SampleImage.attestation(of: Self.amd64)
        let index = SampleImage.index([attested.entry, Self.amd64.entry("linux/amd64")])
        var graph = ImageGraph.of(Self.amd64)
        graph.add(attested.image)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index))
        let outcome = try Planning.plan(.of(Self.arm), graph)
        #expect(try Self.platforms(outcome) == ["linux/amd64", "linux/arm/v7", "unknown/unknown"])
        #expect(outcome.plan.documents.contains { $0.digest == attested.image.manifest.digest })
        let alone = try Planning.plan(.of(Self.arm), graph, platforms: ["linux/arm"])
        #expect(try Self.platforms(alone) == ["linux/arm/v7"])
        #expect(!alone.plan.documents.contains { $0.digest == attested.image.manifest.digest })
    }

    /// Attestations directly in `index.json`, without an index of their own.
    @Test func attestationsAmongRootsAreNotImages() throws {
        func graph(_ image: SampleImage, _ text: String) -> ImageGraph {
            let attested = SampleImage.attestation(of: image, text: text)
            var graph = ImageGraph.of(image)
            graph.add(attested.image)
            graph.root(attested.entry)
            return graph
        }
        let outcome = try Planning.plan(graph(Self.amd64, "one"), graph(Self.arm, "two"))
        #expect(outcome.images[0].children.map(\.platform?.description) == ["linux/amd64", "linux/arm/v7"])
    }
}
