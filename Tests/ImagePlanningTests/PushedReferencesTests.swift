import ImageModel
import Testing

@testable import ImagePlanning

/// References are replaced by those of the pushed images.
struct PushedReferencesTests {
    private static let (one, two, other) = (Digest(of: [1]), Digest(of: [2]), Digest(of: [3]))

    private static func label(_ text: String) -> ImageLabel {
        text.contains("@") ? .plain(text) : ImageLabel(reference: text)
    }

    private static func pushed() throws -> PushedReferences {
        let images = [
            NamedImage(label("docker.io/library/busybox:1.36"), image: one),
            NamedImage(label("quay.io/org/app:2"), image: two), NamedImage(label("ghcr.io/org/tool:3"), image: two),
            NamedImage(label("9"), image: one),
            NamedImage(label("demo/renamed:1"), readFrom: RegistryReference(parsing: "quay.io/x/y:1"), image: one),
            NamedImage(label("quay.io/org/pinned@\(one)"), image: one),
        ]
        var references = PushedReferences()
        for target in try PushTargets.targets(of: images, under: "r.example/m") {
            references.add(target.namePairs, pushedAs: target.image)
        }
        return references
    }

    @Test(
        arguments: [
            ("a short name", "busybox:1.36", "r.example/m/busybox:1.36"),
            ("its full form", "docker.io/library/busybox:1.36", "r.example/m/busybox:1.36"),
            ("another tag", "busybox:1.37", nil), ("the implied tag", "busybox", nil),
            ("a name with a host", "quay.io/org/app:2", "r.example/m/org/app:2"),
            ("another host", "ghcr.io/org/app:2", nil), ("a bare tag of the source", "9", nil),
            ("a name of a list", "quay.io/x/y:1", "r.example/m/demo/renamed:1"),
            ("the new name alone", "demo/renamed:1", nil),
            ("a digest", "quay.io/org/app@\(two)", "r.example/m/org/app@\(two)"),
            ("a digest of another repository", "h.example/a@\(two)", "r.example/m/org/app@\(two)"),
            ("the repository decides", "ghcr.io/org/tool@\(two)", "r.example/m/org/tool@\(two)"),
            ("a tag and a digest", "ghcr.io/org/tool:3@\(two)", "r.example/m/org/tool:3@\(two)"),
            ("an unknown digest", "quay.io/org/app:2@\(other)", nil),
            ("a digest without a tag in the source", "quay.io/org/pinned@\(one)", "r.example/m/org/pinned@\(one)"),
        ] as [(String, String, String?)])
    func replacements(_ why: String, _ reference: String, _ expected: String?) throws {
        let reference = try #require(RegistryReference(parsing: reference))
        #expect(try Self.pushed().replacement(of: reference, pins: false)?.description == expected, "\(why)")
    }

    @Test func pinsAddTheDigest() throws {
        let reference = try #require(RegistryReference(parsing: "busybox:1.36"))
        let pushed = try Self.pushed()
        #expect(
            pushed.replacement(of: reference, pins: true)?.description == "r.example/m/busybox:1.36@\(Self.one)")
        let served = pushed.replacement(of: reference, pins: true, served: [Self.one: Self.other])
        #expect(served?.description == "r.example/m/busybox:1.36@\(Self.other)")
    }

    @Test func aDigestNeedsNoTag() throws {
        let image = NamedImage(.plain("docker.io/library/app@\(Self.one)"), image: Self.one)
        let targets = try PushTargets.targets(of: [image, image], under: "localhost:5000")
        #expect(targets.map(\.repository.description) == ["localhost:5000/app"])
        #expect(targets.map(\.tags) == [[]])
        #expect(targets[0].namePairs.map(\.to.description) == ["localhost:5000/app@\(Self.one)"])
    }

    @Test func namePairsNameEachReferenceOnce() throws {
        let images = ["app:1", "app:2", "app:1"].map { NamedImage(Self.label($0), image: Self.one) }
        let target = try #require(try PushTargets.targets(of: images, under: "r.example").first)
        #expect(target.tags == ["1", "2"])
        #expect(
            target.namePairs.map { "\($0.from) \($0.to)" } == [
                "docker.io/library/app:1 r.example/app:1", "docker.io/library/app:2 r.example/app:2",
            ])
    }
}
