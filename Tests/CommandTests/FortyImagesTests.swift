import Foundation
import TestSupport
import Testing

/// Forty images of two platforms in docker-registry go into one archive and from there into another registry.
@Suite("forty images cross a gap in one archive", .serialized, .needsRegistries)
struct FortyImagesTests: ~Copyable {
    private static let count = 40
    private static let changed = 2

    private let registry: LoneRegistry
    private let directory: TemporaryDirectory

    init() throws {
        let registry = try LoneRegistry()
        let directory = try TemporaryDirectory()
        for number in 0..<Self.count { try Self.push(number, week: 1, to: registry, directory) }
        self.registry = registry
        self.directory = directory
    }

    private static func reference(_ number: Int) -> String { "team-\(number % 4)/app-\(number):1" }

    /// Every fifth image has the same base. The images of a week differ in their highest layers.
    private static func push(
        _ number: Int, week: Int, to registry: borrowing LoneRegistry, _ directory: borrowing TemporaryDirectory
    ) throws {
        let images = ["linux/amd64", "linux/s390x"].map { platform in
            MadeImage(
                platform, [.file("etc/base", Array("\(number % 5) \(platform)".utf8))],
                [.file("etc/app", Array("\(number) \(week) \(platform)".utf8))])
        }
        let archive = try directory.write(try MadeImage.archive(images), to: "image.tar")
        let pushed = try ocimerge("push", archive, "\(registry.host)/\(reference(number))", "-q")
        #expect(pushed.status == 0, "\(pushed.stderr)")
    }

    private func list() throws -> String {
        let lines = (0..<Self.count).map { "\(registry.host)/\(Self.reference($0))\n" }
        return try directory.write(Array(lines.joined().utf8), to: "images.txt")
    }

    /// The digests of the images by their paths in a registry.
    private func digests(_ host: String, below prefix: String = "") throws -> [String] {
        try (0..<Self.count).map { number in
            try ocimerge("digest", "docker://\(host)/\(prefix)\(Self.reference(number))").line
        }
    }

    /// The blobs that a registry has served, with repetitions.
    private func servedBlobs() throws -> [String] {
        try registry.requests().filter { $0.hasPrefix("GET ") && $0.contains("/blobs/") }
            .compactMap { $0.split(separator: "/").last.map(String.init) }
    }

    @Test("every image arrives with its digest, every blob is read once, and week 2 is an increment")
    func crossing() throws {
        let (week1, week2) = (directory.path("week1.tar"), directory.path("week2.tar"))
        let there = try LoneRegistry()
        let images = try list()
        let before = try servedBlobs().count
        let receipt = directory.path("receipt.json")
        expectDone(try ocimerge("pack", "--list", images, "--receipt", receipt, "-q", "-o", week1))
        let served = try servedBlobs().dropFirst(before)
        #expect(!served.isEmpty && Set(served).count == served.count)
        expectDone(try ocimerge("verify", week1, "--expect", receipt, "-q", "--no-start-check"))
        expectDone(try ocimerge("push", week1, "--all", "\(there.host)/mirror", "-q"))
        #expect(try digests(there.host, below: "mirror/") == digests(registry.host))

        for number in 0..<Self.changed { try Self.push(number, week: 2, to: registry, directory) }
        let pack = try ocimerge("pack", "--list", images, "--since", week1, "--json", "-o", week2)
        expectDone(pack)
        let report = try #require(JSONSerialization.jsonObject(with: Data(pack.output)) as? [String: Any])
        #expect(report["layers"] as? Int == 2 * Self.changed)
        expectDone(try ocimerge("push", week2, "--all", "\(there.host)/mirror", "-q"))
        let arrived = try digests(there.host, below: "mirror/")
        #expect(arrived == (try digests(registry.host)) && Set(arrived).count == Self.count)
        expectDone(
            try ocimerge("verify", week2, "--against", "docker://\(there.host)/mirror", "--blobs", "-q"))
    }
}
