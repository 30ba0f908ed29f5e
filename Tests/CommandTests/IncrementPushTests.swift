import TestSupport
import Testing

/// Week 1 of an image was pushed from a bundle. The increment of week 2 lacks the layers of week 1.
@Suite("push completes an increment from the repositories that have its base", .serialized, .needsRegistries)
struct IncrementPushTests: ~Copyable {
    private let registry: LoneRegistry
    private let directory: TemporaryDirectory
    private let increment: String
    /// Of week 2.
    private let digest: String

    init() throws {
        let registry = try LoneRegistry()
        let directory = try TemporaryDirectory()
        let increment = directory.path("week2.tar")
        let pack = try ocimerge(
            "pack", PackTests.week2, "-t", PackTests.name, "-q", "--since", PackTests.week1, "-o", increment)
        try #require(pack.status == 0, "\(pack.stderr)")
        (self.registry, self.increment, digest) = (registry, increment, pack.line)
        self.directory = directory
    }

    private func pushBase(to repository: String = "mirror/demo/hello") throws {
        try expectDone(ocimerge("push", PackTests.week1, "\(registry.host)/\(repository):base", "-q"))
    }

    private func all(_ more: String...) throws -> Run {
        try Program.ocimerge(["push", increment, "--all", "\(registry.host)/mirror"] + more, directory: fixtures)
    }

    private func expectImage(_ name: String) throws {
        let image = "docker://\(registry.host)/\(name)"
        #expect(try ocimerge("digest", image).line == digest)
        try expectDone(ocimerge("verify", "-q", "--no-start-check", image))
    }

    @Test("with --all, by its name, and as a merge into a registry", arguments: ["--all", "push", "merge"])
    func completes(_ form: String) throws {
        try pushBase()
        let name = "\(registry.host)/mirror/demo/hello:1.0"
        let run =
            switch form {
            case "--all": try all()
            case "push": try ocimerge("push", increment, name)
            default: try ocimerge(increment, "-o", "docker://\(name)")
            }
        expectDone(run)
        #expect(
            run.stdout.contains(
                "/mirror/demo/hello\(form == "merge" ? ":1.0" : ""): 1 image, 2 layers sent (7.17 kB), 2 there already\n"
            ),
            "\(run.stdout)")
        try expectImage("mirror/demo/hello:1.0")
    }

    @Test("all missing blobs are listed, and nothing is pushed", arguments: [false, true])
    func missing(_ isDryRun: Bool) throws {
        try pushBase(to: "other")
        let image = "\(PackTests.name) linux/amd64"
        expectFailure(
            isDryRun ? try all("--dry-run") : try all(),
            "\(increment) is an increment, and 2 blobs (11.8 kB) that it needs are missing; add it with --update to a "
                + "layout that has its --since base, or push it to a repository that has it. Missing:\n"
                + "  \(PackTests.shared[0])  2.56 kB  \(image)\n  \(PackTests.shared[1])  9.22 kB  \(image)")
        #expect(try ocimerge("digest", "docker://\(registry.host)/mirror/demo/hello:1.0").status == 1)
    }

    @Test("images without the platform are named, and nothing is pushed")
    func lackingPlatform() throws {
        try pushBase()
        let mixed = directory.path("mixed.tar")
        let pack = try ocimerge("pack", "docker20/hello-arm64.tar", "docker20/two-apps-amd64.tar", "-q", "-o", mixed)
        try #require(pack.status == 0, "\(pack.stderr)")
        let run = try ocimerge("push", mixed, "--all", "\(registry.host)/mixed", "--platform", "linux/amd64")
        #expect(run.status == 1)
        #expect(run.stderr.contains("has no image for linux/amd64; it has linux/arm64"), "\(run.stderr)")
        #expect(try ocimerge("digest", "docker://\(registry.host)/mixed/demo/app-a:1.0").status == 1)
    }

    @Test("one platform of a bundle that lacks the others is pushed in an index of its own")
    func sparse() throws {
        let sources = ["docker20/hello-amd64.tar", "docker20/hello-arm64.tar"]
        let image = "docker://\(registry.host)/demo/two:1"
        expectDone(try ocimerge(sources[0], sources[1], "-q", "-o", image))
        let bundle = directory.path("sparse.tar")
        let pack = try ocimerge("pack", image, "--sparse", "--platform", "linux/arm64", "-q", "-o", bundle)
        try #require(pack.status == 0, "\(pack.stderr)")
        let run = try ocimerge("push", bundle, "--all", "\(registry.host)/s", "--platform", "linux/arm64", "-q")
        #expect(run.status == 0, "\(run.stderr)")
        let pushed = "docker://\(registry.host)/s/demo/two:1"
        #expect(try ocimerge("inspect", "--platforms", pushed).stdout == "linux/arm64\n")
    }

    @Test("only the blobs of the pushed platforms are asked for")
    func onePlatform() throws {
        let sources = ["docker20/hello-amd64.tar", "docker20/hello-arm64.tar"]
        let (both, since) = (directory.path("both"), directory.path("since.tar"))
        expectDone(try ocimerge(sources[0], sources[1], "-t", "demo/two:1", "-q", "-o", both))
        expectDone(try ocimerge("pack", both, "--since", both, "-q", "-o", since))
        let repository = "\(registry.host)/mirror/demo/two"
        expectDone(try ocimerge("push", both, "\(repository):base", "--platform", "linux/arm64", "-q"))
        let before = try registry.requests().count
        expectDone(try ocimerge("push", since, "\(repository):1", "--platform", "linux/arm64", "-q"))
        let asked = try registry.requests().dropFirst(before).filter { $0.contains("/blobs/") }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.hasPrefix("HEAD ") && $0.hasSuffix(" 200") }, "\(asked)")
    }

    @Test("another image of the increment takes the layers of the base from the repository that has them")
    func neighbours() throws {
        try pushBase()
        let both = directory.path("both.tar")
        let week2 = "\(fixtures)/\(PackTests.week2)"
        try directory.write(
            Array("\(week2) team/new:1\n\(week2) demo/hello:1.0\n".utf8), to: "list")
        let list = directory.path("list")
        expectDone(try ocimerge("pack", "--list", list, "-q", "--since", PackTests.week1, "-o", both))
        let run = try ocimerge("push", both, "--all", "\(registry.host)/mirror", "--verify")
        expectDone(run)
        #expect(run.stdout.contains("/mirror/team/new: 1 image, 2 layers sent (7.17 kB), 2 mounted\n"), "\(run.stdout)")
        try expectImage("mirror/team/new:1")
        try expectImage("mirror/demo/hello:1.0")
    }
}
