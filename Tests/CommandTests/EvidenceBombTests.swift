import TestSupport
import Testing

@Suite("Images that make the search for executables expensive")
struct EvidenceBombTests {
    static let bombs: [(sentence: String, image: MadeImage)] = [
        (
            "an entrypoint of a thousand directories",
            MadeImage(
                "linux/amd64", [.program("bin/app", amd64)], run: ["/" + String(repeating: "a/", count: 1_000) + "app"])
        ),
        (
            "an entrypoint of a hundred thousand directories",
            MadeImage(
                "linux/amd64", [.program("bin/app", amd64)],
                run: ["/" + String(repeating: "a/", count: 100_000) + "app"])
        ),
        (
            "a PATH of a hundred thousand directories",
            MadeImage("linux/amd64", [.program("bin/app", amd64)], run: ["app"])
                .with(path: String(repeating: "/nowhere:", count: 100_000))
        ),
        (
            "sixty links, each through thousands of directories",
            MadeImage(
                "linux/amd64",
                (0..<60).map {
                    .symbolicLink("l\($0)", to: String(repeating: "x/../", count: 2_000) + "l\($0 + 1)")
                }, run: ["/l0"])
        ),
        (
            "a program below ten thousand directories",
            MadeImage("linux/amd64", [.program(String(repeating: "a/", count: 10_000) + "app", amd64)])
        ),
    ]

    @Test("a search for executables ends quickly, and the merge succeeds", arguments: bombs.indices)
    func bomb(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(Self.bombs[number].image.archive(.gzip), to: "bomb.tar")
        let run = try Program.run("timeout", ["60", Program.ocimerge, source, "-q", "-o", directory.path("out")])
        #expect(run.status == 0, "\(Self.bombs[number].sentence): \(run.stderr)")
    }
}
