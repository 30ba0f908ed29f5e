import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Conflicts between requests and sources, names, and omitted content.
struct MergeConflictTests {
    static let amd64 = MergeTests.amd64
    static let arm = MergeTests.arm
    static let other = SampleImage("linux/amd64", content: ["another"])

    static func platform(_ text: String) throws -> Platform { try Platform(parsing: text).normalized }

    static func graph(_ images: [SampleImage], names: [String?]) -> ImageGraph {
        var graph = ImageGraph()
        for (image, name) in zip(images, names) {
            graph.add(image)
            graph.root(image.entry(name: name))
        }
        return graph
    }

    @Test func twoImagesForOnePlatform() throws {
        let expected = PlanError.conflict(
            .samePlatform(
                try Self.platform("linux/amd64"), one: "s0", other: "s1", image: "docker.io/library/a:1"))
        #expect(throws: expected) { try Planning.plan(.of(Self.amd64), .of(Self.other), tags: ["a:1"]) }
    }

    /// Loaders treat both spellings as one platform, which an index must list once.
    @Test func twoSpellingsAreOnePlatform() throws {
        let one = SampleImage("linux/arm64", content: ["1"])
        let two = SampleImage("linux/aarch64/v8", content: ["2"])
        #expect { try Planning.plan(.of(one), .of(two)) } throws: { error in
            if case PlanError.conflict(.samePlatform(_, "s0", "s1", nil)) = error { true } else { false }
        }
    }

    @Test func anImageWithoutAPlatform() throws {
        let silent = SampleImage(nil)
        #expect(throws: PlanError.conflict(.noPlatform(source: "s1", silent.manifest.digest))) {
            try Planning.plan(.of(Self.arm), .of(silent))
        }
    }

    @Test func aDeclarationForSeveralImages() throws {
        let both = Self.graph([Self.amd64, Self.arm], names: [nil, nil])
        let expected = PlanError.conflict(
            .declaredForSeveral(
                source: "s", platforms: [try Self.platform("linux/amd64"), try Self.platform("linux/arm/v7")]))
        #expect(throws: expected) { try Planning.plan([try Planning.input("s", both, declared: "linux/s390x")]) }
    }

    @Test(arguments: [MergeConflict.Missing.manifest, .config, .layer], [true, false])
    func theOnlyImageOfASourceMustBeComplete(_ what: MergeConflict.Missing, _ isCopied: Bool) throws {
        let digest =
            switch what {
            case .manifest: Self.amd64.manifest.digest
            case .config: Self.amd64.config.digest
            case .layer: Self.amd64.layers[1].descriptor.digest
            }
        var graph = ImageGraph()
        graph.add(Self.amd64, without: [digest])
        graph.root(Self.amd64.entry("linux/amd64"))
        let graphs = isCopied ? [graph] : [graph, .of(Self.arm)]
        let inputs = try graphs.enumerated().map { try Planning.input("s\($0.offset)", $0.element) }
        #expect { try Planning.plan(inputs) } throws: { error in
            // A source without its manifest contains no image.
            if what == .manifest, !isCopied { return error as? PlanError == .conflict(.nothingToMerge(source: "s0")) }
            return error as? PlanError == .conflict(.missing(source: "s0", digest: digest, what: what))
        }
    }

    @Test(arguments: [MediaType.ociNondistributable, .dockerForeignLayer])
    func aForeignLayerMayBeAbsent(_ type: MediaType) throws {
        let foreign = SampleImage("windows/amd64", content: ["foreign"], layerType: type)
        var graph = ImageGraph()
        graph.add(foreign, without: [foreign.layers[0].descriptor.digest])
        graph.root(foreign.entry())
        #expect(try Planning.plan(graph).plan.blobs.isEmpty)
        #expect(try Planning.plan(graph, .of(Self.arm)).plan.blobs.count == 2)
    }

    /// An index of two images, and what the source has of the second.
    private static func partly(without absent: Digest) throws -> (graph: ImageGraph, index: Document) {
        let index = SampleImage.index([amd64.entry("linux/amd64"), arm.entry("linux/arm/v7")])
        var graph = ImageGraph()
        graph.add(amd64)
        graph.add(arm, without: [absent])
        graph.insert(index)
        graph.root(SampleImage.entry(index))
        return (graph, index)
    }

    private static func inputs(_ graph: ImageGraph, _ sources: Int) throws -> [MergeInput] {
        let graphs = [graph] + (sources > 1 ? [.of(MergeTests.s390x)] : [])
        return try graphs.enumerated().map { try Planning.input("s\($0.offset)", $0.element) }
    }

    @Test(arguments: [1, 2])
    func anAbsentChildOfAnIndexIsNoted(_ sources: Int) throws {
        let missing = Self.arm.manifest.digest
        let (graph, index) = try Self.partly(without: missing)
        let outcome = try Planning.plan(try Self.inputs(graph, sources))
        #expect(
            outcome.notes == [
                .incomplete(source: "s0", missing, try Self.platform("linux/arm/v7"), isCopied: sources == 1)
            ])
        if sources == 1 { #expect(outcome.plan.documents.contains { $0.bytes == index.bytes }) }
    }

    @Test(arguments: [1, 2], [true, false])
    func anIncompleteChildOfAnIndexIsRefused(_ sources: Int, _ lacksConfig: Bool) throws {
        let missing = lacksConfig ? Self.arm.config.digest : Self.arm.layers[1].descriptor.digest
        let (graph, _) = try Self.partly(without: missing)
        let inputs = try Self.inputs(graph, sources)
        #expect(
            throws: PlanError.conflict(
                .missing(source: "s0", digest: missing, what: lacksConfig ? .config : .layer))
        ) { try Planning.plan(inputs) }
        var options = MergeOptions()
        options.allowsIncomplete = true
        let outcome = try Merge.plan(inputs, options)
        #expect(outcome.isIncomplete)
        #expect(outcome.plan.documents.contains { $0.digest == Self.arm.manifest.digest })
    }

    @Test func anAttestationThatIsNotThereIsDropped() throws {
        let attested = SampleImage.attestation(of: Self.amd64)
        let index = SampleImage.index([Self.amd64.entry("linux/amd64"), attested.entry])
        var graph = ImageGraph.of(Self.amd64)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index))
        let outcome = try Planning.plan(graph, .of(Self.arm))
        #expect(try Planning.index(outcome).manifests.count == 2)
        #expect(
            outcome.notes == [.attestationDropped(source: "s0", attested.image.manifest.digest, isIncomplete: true)])
    }

    @Test func aSizeThatDiffersFromTheBlobs() throws {
        var graph = ImageGraph.of(Self.amd64)
        let layer = Self.amd64.layers[0].descriptor
        graph.blobs[layer.digest] = ScriptedSource([1, 2])
        #expect(throws: PlanError.conflict(.size(source: "scripted", blob: layer.digest, stated: layer.size, found: 2)))
        {
            try Planning.plan(graph)
        }
    }

    // MARK: - Selection

    @Test func aSelectedPlatformMustExist() throws {
        let all = Self.graph([Self.amd64, Self.arm], names: ["a:1", "a:1"])
        let outcome = try Planning.plan(all, platforms: ["linux/amd64"])
        #expect(try MergeTests.platforms(outcome) == ["linux/amd64"])
        #expect(outcome.plan.blobs.count == 2)
        #expect(outcome.images[0].labels == [ImageLabel(reference: "a:1")])
        let expected = PlanError.conflict(
            .platformAbsent(
                wanted: try Platform(parsing: "linux/s390x"),
                present: [try Self.platform("linux/amd64"), try Self.platform("linux/arm/v7")]))
        #expect(throws: expected) { try Planning.plan(all, platforms: ["linux/amd64", "linux/s390x"]) }
    }

    // MARK: - Names

    @Test func namesThatAllSourcesShareAreKept() throws {
        let agreed = try Planning.plan(.of(Self.amd64, name: "a:1"), .of(Self.arm, name: "a:1"))
        #expect(agreed.images.map(\.labels) == [[ImageLabel(reference: "a:1")]])
        let disagreed = try Planning.plan(.of(Self.amd64, name: "a:1"), .of(Self.arm, name: "b:1"))
        #expect(disagreed.images.map(\.labels) == [[]])
        let typed = try Planning.plan(.of(Self.amd64, name: "a:1"), .of(Self.arm, name: "b:1"), tags: ["c:1", "c:2"])
        #expect(typed.plan.roots.map(\.label) == [ImageLabel(reference: "c:1"), ImageLabel(reference: "c:2")])
    }

    @Test func sourcesWithSeveralImagesAreMergedByName() throws {
        let two = Self.graph([Self.amd64, Self.other], names: ["b:1", "a:1"])
        let outcome = try Planning.plan(two, .of(Self.arm, name: "b:1"))
        #expect(outcome.images.map(\.labels) == [[ImageLabel(reference: "a:1")], [ImageLabel(reference: "b:1")]])
        #expect(outcome.images.map(\.children.count) == [1, 2])
        #expect(outcome.notes == [.onlyInOne(name: "docker.io/library/a:1", source: "s0")])
    }

    @Test func namesThatDoNotDistinguishImages() throws {
        let two = Self.graph([Self.amd64, Self.other], names: ["b:1", "a:1"])
        #expect(throws: PlanError.conflict(.unnamedAmongNamed(source: "s1"))) { try Planning.plan(two, .of(Self.arm)) }
        let names = ["docker.io/library/a:1", "docker.io/library/b:1"]
        #expect(throws: PlanError.conflict(.severalImages(count: 2, names: names))) {
            try Planning.plan(two, .of(Self.arm), tags: ["c:1"])
        }
        #expect(throws: PlanError.conflict(.severalImages(count: 2, names: names))) {
            try Planning.plan(two, tags: ["c:1"])
        }
    }

    // MARK: - Copies

    @Test func oneSourceIsCopiedUnchanged() throws {
        let json = Array(
            #"{ "mediaType": "\#(Self.amd64.manifest.mediaType)", "digest": "\#(Self.amd64.manifest.digest)", "size": \#(Self.amd64.manifest.bytes.count), "x": 1.50 }"#
                .utf8)
        var graph = ImageGraph.of(Self.amd64)
        graph.roots[0].entry = json
        let outcome = try Planning.plan(graph)
        #expect(outcome.plan.documents.map(\.bytes) == [Self.amd64.config.bytes, Self.amd64.manifest.bytes])
        #expect(
            Planning.text(outcome.plan.roots[0].json)
                == Planning.text(json).replacing(": ", with: ":").replacing(", ", with: ",").replacing("{ ", with: "{")
                .replacing(" }", with: "}"))
        #expect(outcome.plan.roots.map(\.isNamedHere) == [false])
    }

    /// The entry does not contain the name of its root (an index lists the digest twice, once without a name).
    @Test func aNameThatItsEntryLacksIsWritten() throws {
        var graph = ImageGraph.of(Self.amd64)
        graph.roots[0].labels = [ImageLabel(reference: "a:1")]
        let text = Planning.text(try RootIndex.bytes(try Planning.plan(graph).plan.roots))
        #expect(text.contains("docker.io/library/a:1"))
    }

    @Test func anImageWithoutEntryGetsItsPlatformAndNames() throws {
        var graph = ImageGraph.of(Self.arm)
        graph.roots[0].entry = nil
        graph.roots[0].labels = [ImageLabel(reference: "a:1")]
        let roots = try Planning.plan(graph, tags: ["b:1", "b:2"]).plan.roots
        #expect(roots.map(\.label) == [ImageLabel(reference: "b:1"), ImageLabel(reference: "b:2")])
        #expect(
            roots.map(\.descriptor.platform) == [try Self.platform("linux/arm/v7"), try Self.platform("linux/arm/v7")])
    }

    /// Two platforms of one image are listed in `index.json`, both with one name or both without.
    @Test func aTagForOneImageOfTwoPlatforms() throws {
        for names in [[nil, nil], ["a:1", "a:1"]] {
            let outcome = try Planning.plan(Self.graph([Self.amd64, Self.arm], names: names), tags: ["c:1"])
            #expect(outcome.images.map(\.labels) == [[ImageLabel(reference: "c:1")]])
        }
    }
}
