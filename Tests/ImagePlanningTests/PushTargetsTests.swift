import ImageModel
import Testing

@testable import ImagePlanning

/// The repositories and tags to which the named images of a source are pushed.
struct PushTargetsTests {
    private static func digest(_ number: Int) -> Digest { Digest(of: [UInt8(number)]) }

    private static func root(_ number: Int, _ labels: ImageLabel...) -> ImageGraph.Root {
        .init(
            descriptor: Descriptor(mediaType: .ociManifest, digest: digest(number), size: 1), entry: nil, labels: labels
        )
    }

    private static func all(
        _ roots: [ImageGraph.Root], under prefix: String
    ) throws(PlanError) -> PushTargets.Assignment { try PushTargets.all(roots.map { ($0, nil) }, under: prefix) }

    private static func full(_ text: String) throws -> ImageLabel { .full(try #require(ImageName(parsing: text))) }

    @Test(arguments: [
        ("busybox:1", "r.example", "r.example/busybox:1"),
        ("busybox:1", "r.example/mirror", "r.example/mirror/busybox:1"),
        ("demo/app:2", "localhost:5000", "localhost:5000/demo/app:2"),
        ("quay.io/org/app:3", "docker://r.example/m/", "r.example/m/org/app:3"),
        ("quay.io/org/app:3", "team", "docker.io/team/org/app:3"),
    ])
    func thePrefixReplacesTheHostOfAName(_ name: String, _ prefix: String, _ place: String) throws {
        let choice = try Self.all([Self.root(1, Self.full(name))], under: prefix)
        #expect(choice.targets.map { "\($0.repository):\($0.tags[0])" } == [place])
    }

    @Test func aPlainTagUsesThePrefixAsRepository() throws {
        let choice = try Self.all([Self.root(1, .plain("1.0"))], under: "r.example/app")
        #expect(choice.targets.map(\.repository.description) == ["r.example/app"])
        #expect(choice.targets.map(\.tags) == [["1.0"]])
    }

    @Test func tagsOfOneImageInOneRepositoryAreOneTarget() throws {
        let roots = try [
            Self.root(1, Self.full("app:1")), Self.root(2, Self.full("app:2")), Self.root(1, Self.full("app:latest")),
            Self.root(1, Self.full("other:1")),
        ]
        let choice = try Self.all(roots, under: "r.example")
        #expect(choice.targets.map(\.tags) == [["1", "latest"], ["2"], ["1"]])
        #expect(choice.targets.map(\.image) == [1, 2, 1].map(Self.digest))
    }

    @Test func unnamedImagesAreReportedAndNotPushed() throws {
        let choice = try Self.all(
            [Self.root(1), Self.root(2, Self.full("app:1")), Self.root(2)], under: "r.example")
        #expect(choice.unnamed == [Self.digest(1)])
        #expect(throws: PlanError.push(.nothingNamed)) { try Self.all([Self.root(1)], under: "r.example") }
    }

    @Test func twoImagesCannotHaveTheSameTarget() throws {
        let roots = try [Self.root(1, Self.full("quay.io/app:1")), Self.root(2, Self.full("ghcr.io/app:1"))]
        let reference = try #require(RegistryReference(parsing: "r.example/app:1"))
        #expect(throws: PlanError.push(.oneReference(reference, Self.digest(1), Self.digest(2)))) {
            try Self.all(roots, under: "r.example")
        }
    }

    @Test(arguments: ["not a tag", "a/b/c:d:e", ""])
    func anInvalidTagIsRefused(_ label: String) {
        #expect(throws: PlanError.push(.noReference(label, prefix: "r.example/app"))) {
            try Self.all([Self.root(1, .plain(label))], under: "r.example/app")
        }
    }

    @Test func anInvalidPrefixIsRefused() throws {
        let label = try Self.full("app:1")
        for prefix in ["", "UPPER/Case", "r.example/a b"] {
            let expected = PlanError.push(.noReference(label.description, prefix: prefix))
            #expect(throws: expected) { try Self.all([Self.root(1, label)], under: prefix) }
        }
    }
}
