import TestSupport
import Testing

@testable import ImageModel

@Suite("the walk over a graph")
struct GraphVisitorTests {
    private static func link(_ name: String, _ platform: Platform? = nil) -> GraphLink {
        GraphLink(
            Descriptor(mediaType: .ociIndex, digest: Digest(of: Array(name.utf8)), size: 1, platform: platform), .child)
    }

    /// Links of a small graph: `a` has `b` and `c`, which both have `d`.
    private static let children = ["a": ["b", "c"], "b": ["d"], "c": ["d", "e"], "loop": ["a", "loop"]]
    private static let names = Dictionary(
        uniqueKeysWithValues: ["a", "b", "c", "d", "e", "f", "loop"].map { (Digest(of: Array($0.utf8)), $0) })

    /// Each step as its phase, the path of its parents (the mark) and its name.
    private static func steps(_ walk: inout GraphVisitor<String>) -> [String] {
        var steps: [String] = []
        while let step = walk.next() {
            let name = names[step.digest] ?? "?"
            steps.append("\(step.phase) \(step.mark)\(name)")
            walk.descend((children[name] ?? []).map { link($0) }, mark: step.mark + name)
        }
        return steps
    }

    @Test("gives parents before children, in order, each once")
    func order() {
        var walk = GraphVisitor<String>()
        walk.start([Self.link("a"), Self.link("d"), Self.link("f")], mark: "")
        #expect(Self.steps(&walk) == ["enter a", "enter ab", "enter abd", "enter ac", "enter ace", "enter f"])
    }

    @Test("gives repeated links on request, and never enters them")
    func repeats() {
        var walk = GraphVisitor<String>(givesRepeats: true)
        walk.start([Self.link("loop")], mark: "")
        #expect(
            Self.steps(&walk) == [
                "enter loop", "enter loopa", "enter loopab", "enter loopabd", "enter loopac", "repeated loopacd",
                "enter loopace", "repeated looploop",
            ])
    }

    @Test("leaves a link after everything below it")
    func leaves() {
        var walk = GraphVisitor<String>(givesLeaves: true)
        walk.start([Self.link("b"), Self.link("f")], mark: "")
        #expect(
            Self.steps(&walk) == ["enter b", "enter bd", "leave bd", "leave b", "enter f", "leave f"])
    }

    @Test("leaves a link without links below it")
    func emptyDescent() {
        var walk = GraphVisitor<Void>(givesLeaves: true)
        walk.start([Self.link("a")])
        #expect(walk.next()?.phase == .enter)
        walk.descend([])
        #expect(walk.next()?.phase == .leave)
        #expect(walk.next() == nil)
    }

    @Test("stops at the depth limit without counting the link as met")
    func depthLimit() {
        var walk = GraphVisitor<String>(depthLimit: 2)
        walk.start([Self.link("a"), Self.link("d")], mark: "")
        #expect(
            Self.steps(&walk)
                == ["enter a", "enter ab", "tooDeep abd", "enter ac", "tooDeep acd", "tooDeep ace", "enter d"])
        #expect(walk.hasMet(Digest(of: Array("d".utf8))))
        #expect(!walk.hasMet(Digest(of: Array("e".utf8))))
    }

    @Test("ignores links below a step that is not entered, and a second descent")
    func ignoredDescents() {
        var walk = GraphVisitor<Void>(givesRepeats: true)
        walk.start([Self.link("a"), Self.link("a")])
        _ = walk.next()
        walk.descend([Self.link("b")])
        walk.descend([Self.link("c")])
        #expect(walk.next()?.digest == Self.link("b").descriptor.digest)
        #expect(walk.next()?.phase == .repeated)
        walk.descend([Self.link("d")])
        #expect(walk.next() == nil)
    }

    @Test("keeps visited links when more links are added, also during a walk")
    func startedTwice() {
        var walk = GraphVisitor<String>()
        walk.start([Self.link("b")], mark: "1")
        walk.start([Self.link("c")], mark: "2")
        #expect(walk.next().map { Self.names[$0.digest] } == "b")
        walk.start([Self.link("f")], mark: "3")
        walk.descend([Self.link("d")], mark: "1b")
        #expect(Self.steps(&walk) == ["enter 1bd", "enter 2c", "enter 2ce", "enter 3f"])
        walk.start([Self.link("a"), Self.link("e")], mark: "4")
        #expect(Self.steps(&walk) == ["enter 4a"])
    }

    @Test("distinguishes links to one digest by platform and by attestation on request")
    func identity() {
        var attestation = Descriptor(mediaType: .ociManifest, digest: Digest(of: []), size: 1)
        attestation.annotations = ["vnd.docker.reference.type": "attestation-manifest"]
        let platforms = ["amd64", "arm64", "amd64"].map { Platform(os: "linux", architecture: $0) }
        let links =
            platforms.map {
                GraphLink(Descriptor(mediaType: .ociManifest, digest: Digest(of: []), size: 1, platform: $0), .child)
            }
            + [GraphLink(attestation, .child)]
        let counts = [VisitIdentity(), .platform, .attestation, [.platform, .attestation]].map { identity in
            var walk = GraphVisitor<Void>(distinguishing: identity)
            walk.start(links)
            var count = 0
            while walk.next() != nil { count += 1 }
            return count
        }
        #expect(counts == [1, 3, 2, 3])
    }

    @Test("a million links and a hundred thousand starts take linear time", .mustEnd)
    func wide() {
        let links = (0..<1000).map { Self.link("\($0)") }
        var walk = GraphVisitor<Void>(givesRepeats: true, givesLeaves: true)
        walk.start((0..<1_000_000).map { links[$0 % 1000] })
        for number in 0..<100_000 { walk.start([links[number % 1000]]) }
        var count = 0
        while walk.next() != nil { count += 1 }
        #expect(count == 1_101_000)
    }

    @Test("a chain of a hundred thousand documents needs no recursion")
    func deep() {
        let links = (0..<100_000).map { Self.link("\($0)") }
        var walk = GraphVisitor<Void>(givesLeaves: true)
        walk.start([links[0]])
        var deepest = 0
        while let step = walk.next() {
            deepest = max(deepest, step.depth)
            if step.phase == .enter, step.depth + 1 < links.count { walk.descend([links[step.depth + 1]]) }
        }
        #expect(deepest == 99_999)
    }
}
