import Foundation
import TestSupport
import Testing

/// A layout with three images under four names, as tests of whole transfers need it.
struct BundleLayout: ~Copyable {
    let directory: TemporaryDirectory
    /// `demo/one:1` and `demo/one:latest` for two platforms, `quay.io/org/two:2` and `demo/three:3` for one each.
    static let names = [
        "docker.io/demo/one:1", "docker.io/demo/one:latest", "docker.io/demo/three:3", "quay.io/org/two:2",
    ]

    init() throws {
        let directory = try TemporaryDirectory()
        let layout = directory.path("layout")
        try Self.add(["hello-amd64", "hello-s390x"], ["demo/one:1", "demo/one:latest"], to: layout)
        try Self.add(["hello-arm64"], ["quay.io/org/two:2"], to: layout)
        try Self.add(["hello-s390x"], ["demo/three:3"], to: layout)
        self.directory = directory
    }

    var layout: String { directory.path("layout") }

    static func add(_ sources: [String], _ names: [String], to layout: String) throws {
        try expectDone(
            Program.ocimerge(
                sources.map { "docker20/\($0).tar" } + names.flatMap { ["-t", $0] }
                    + ["-q", "-o", layout, "--update"], directory: fixtures))
    }

    /// The digest of the image with this name.
    func digest(_ name: String) throws -> String {
        try ocimerge("digest", "\(layout):\(name)").stdout.trimmingCharacters(in: .newlines)
    }

    /// The path of a stored blob.
    func blob(_ digest: String) -> String { "\(layout)/blobs/sha256/\(digest.dropFirst("sha256:".count))" }
}

/// A receipt as tests read it.
struct ReceiptFacts: Decodable, Equatable {
    struct Platform: Decodable, Equatable {
        let platform: String?
        let digest: String
        let size: Int
    }
    struct Image: Decodable, Equatable {
        let names: [String]
        let digest: String
        let mediaType: String
        let size: Int
        let platforms: [Platform]
    }
    struct Finding: Decodable, Equatable {
        let severity: String
        let kind: String
        let source: String?
        let path: [String]
        let message: String
    }
    let receiptVersion: Int
    let created: String
    let sources: [String]
    let sound: Bool
    let images: [Image]
    let findings: [Finding]

    /// Reads a receipt, which must fit its schema.
    init(_ path: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        try JSONSchema.check(bytes, against: Program.ocimerge(["schema", "receipt"]).output)
        self = try JSONDecoder().decode(ReceiptFacts.self, from: Data(bytes))
    }

    static func sha256(_ path: String) throws -> String {
        String(try Program.run("sha256sum", [path]).stdout.prefix(64))
    }
}

/// The layers of the image in `docker20/hello-ARCHITECTURE.tar`.
func helloLayers(_ architecture: String) throws -> [Fact.Layer] {
    try #require(Fixture.named("docker20/hello-\(architecture).tar")).fact.images[0].layers
}
