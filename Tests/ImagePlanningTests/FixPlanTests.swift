import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// A fix plan selects the images of a request and detects conflicts and outdated signatures.
struct FixPlanTests {
    static let amd64 = SampleImage("linux/amd64", content: ["a"])
    static let arm64 = SampleImage("linux/arm64", content: ["b"])

    static func graph(_ name: String? = "demo:1", _ more: [Descriptor] = []) -> ImageGraph {
        let index = SampleImage.index([amd64.entry("linux/amd64"), arm64.entry("linux/arm64")] + more)
        var graph = ImageGraph.of(amd64)
        graph.add(arm64)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index, name: name))
        return graph
    }

    static func platform(_ text: String) throws -> Platform { try Platform(parsing: text) }

    static func replacing(_ pairs: [(String, String)]) throws -> PlatformRequest {
        .replacing(try pairs.map { .init(old: try platform($0.0), new: try platform($0.1)) })
    }

    static func plan(_ graph: ImageGraph, _ request: PlatformRequest, names: [ImageLabel] = []) throws -> RevisionPlan {
        var edit = GraphEdit()
        edit.platforms = try request.platforms(in: graph, source: "s")
        return try RevisionPlan(graph, edit, names: names, source: "s")
    }

    @Test func aSinglePlatformNeedsASingleImage() throws {
        #expect(
            try PlatformRequest.only(Self.platform("linux/s390x")).platforms(in: .of(Self.amd64), source: "s")
                == [Self.amd64.manifest.digest: Self.platform("linux/s390x")])
        let present = try [Self.platform("linux/amd64"), Self.platform("linux/arm64")]
        #expect(throws: PlanError.fix(.severalImages(source: "s", platforms: present))) {
            try PlatformRequest.only(Self.platform("linux/s390x")).platforms(in: Self.graph(), source: "s")
        }
        #expect(throws: PlanError.fix(.noImage(source: "s"))) {
            try PlatformRequest.only(Self.platform("linux/s390x")).platforms(in: ImageGraph(), source: "s")
        }
    }

    @Test func aRequestedPlatformMustExist() throws {
        let present = try [Self.platform("linux/amd64"), Self.platform("linux/arm64")]
        #expect(
            throws: PlanError.fix(
                .platformAbsent(
                    source: "s", wanted: try Self.platform("linux/s390x"), present: present))
        ) { try Self.plan(Self.graph(), Self.replacing([("linux/s390x", "linux/amd64")])) }
    }

    @Test func platformsOfTwoChildrenMayBeSwapped() throws {
        let plan = try Self.plan(
            Self.graph(), Self.replacing([("linux/amd64", "linux/arm64"), ("linux/arm64", "linux/amd64")]))
        let after = try ImageFinder(plan.edited.graph).all().images.map { $0.platform?.description }
        #expect(after == ["linux/arm64", "linux/amd64"])
        #expect(plan.isNeeded)
    }

    @Test func anIndexMustNotHaveTwoImagesForOnePlatform() throws {
        let graph = Self.graph()
        let index = graph.roots[0].descriptor.digest
        #expect(
            throws: PlanError.fix(.samePlatform(source: "s", try Self.platform("linux/arm64"), index: index))
        ) { try Self.plan(graph, Self.replacing([("linux/amd64", "linux/arm64/v8")])) }
    }

    @Test func correctPlatformsNeedNoFix() throws {
        let plan = try Self.plan(Self.graph(), Self.replacing([("linux/amd64", "linux/amd64")]))
        #expect(!plan.isNeeded)
        let root = try #require(try plan.roots().first)
        #expect(root.before == root.after)
        #expect(root.images.count == 1)
        #expect(root.labels.map(\.description) == ["docker.io/library/demo:1"])
    }

    @Test func outdatedSignaturesAndReferrersAreNoted() throws {
        let digest = Self.amd64.manifest.digest
        let signature = try #require(ImageName(parsing: "reg.example/a:sha256-\(digest.hex).sig"))
        let other = try #require(ImageName(parsing: "reg.example/a:sha256-\(Self.arm64.manifest.digest.hex).sig"))
        var graph = Self.graph()
        let text =
            #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","config":\#(Planning.text(Self.amd64.config.descriptor.json.bytes)),"layers":[],"subject":\#(Planning.text(Self.amd64.descriptor.json.bytes))}"#
        let referrer = Document.sample(Array(text.utf8), mediaType: .ociManifest)
        graph.insert(referrer)
        let plan = try Self.plan(
            graph, Self.replacing([("linux/amd64", "linux/s390x")]),
            names: [.full(signature), .full(other), .plain("1.0")])
        #expect(
            plan.notes == [
                .referrerOutdated(referrer.digest, subject: digest),
                .signatureOutdated(name: signature.full, subject: digest),
            ])
    }

    @Test func anAttestationIsNotedOnce() throws {
        let attested = SampleImage.attestation(of: Self.amd64)
        var graph = Self.graph("demo:1", [attested.entry])
        graph.add(attested.image)
        let plan = try Self.plan(graph, Self.replacing([("linux/amd64", "linux/s390x")]))
        #expect(plan.notes == [.attestationOutdated(try Self.platform("linux/amd64"))])
    }

    @Test func replacedDocumentsAreNotReachable() throws {
        let graph = Self.graph()
        let plan = try Self.plan(graph, Self.replacing([("linux/amd64", "linux/s390x")]))
        let reached = plan.edited.reachable()
        #expect(!reached.contains(Self.amd64.manifest.digest))
        #expect(!reached.contains(Self.amd64.config.digest))
        #expect(reached.contains(Self.arm64.config.digest))
        #expect(reached.contains(Self.amd64.layers[0].descriptor.digest))
    }

    // MARK: - v1 images

    @Test(
        arguments: [
            (
                #"{"id":"x","architecture":"amd64","os":"linux"}"#, "linux/arm/v7",
                #"{"id":"x","architecture":"arm","os":"linux","variant":"v7"}"#, "says the whole platform"
            ),
            (#"{"id":"x","os":"linux"}"#, "windows/amd64", #"{"id":"x","os":"windows"}"#, "says the system alone"),
            (#"{"id":"x","os":"linux"}"#, "linux/arm64", #"{"id":"x","os":"linux"}"#, "says a system that stays"),
            (#"{"id":"x"}"#, "linux/arm64", #"{"id":"x"}"#, "says nothing"),
            (
                #"{"architecture":"arm64","os":"linux"}"#, "linux/arm64", #"{"architecture":"arm64","os":"linux"}"#,
                "says it already"
            ),
        ])
    func legacy(_ before: String, _ platform: String, _ after: String, _ why: String) throws {
        let bytes = try LegacyImage.corrected(Array(before.utf8), to: Self.platform(platform))
        #expect(Planning.text(bytes) == after, "\(why)")
    }
}
