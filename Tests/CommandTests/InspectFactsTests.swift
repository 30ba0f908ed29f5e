import Foundation
import TestSupport
import Testing

/// Compares `inspect` with the facts that an independent reader found in every fixture.
@Suite("inspect prints the facts of every fixture")
struct InspectFactsTests {
    private struct Report: Decodable {
        struct Source: Decodable {
            let source: String
            let images: [Image]
            let absent: [Absent]
        }
        struct Image: Decodable {
            let names: [String]
            let digest: String
            let platforms: [Entry]
        }
        struct Absent: Decodable { let digest: String }
        struct Entry: Decodable {
            let name: String?
            let digest: String
            let config: String
            let layers: [Layer]
            let attestations: [String]
        }
        struct Layer: Decodable {
            let digest: String
            let size: Int64
            let compression: String?
            let present: Bool
        }
        let sources: [Source]
    }

    @Test("--platforms prints one platform a line, without attestations", arguments: Fixture.readable)
    func platforms(_ fixture: Fixture) throws {
        let run = try ocimerge("inspect", "--platforms", fixture.name)
        expectDone(run)
        // The facts lack the Windows version, which follows a colon.
        let lines = run.stdout.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
        #expect(lines == Set(fixture.fact.images.map(\.platform)).sorted())
        #expect(run.stdout.hasSuffix("\n"))
    }

    @Test("--json prints platforms, configs, layers, attestations and absent manifests", arguments: Fixture.readable)
    func json(_ fixture: Fixture) throws {
        let run = try ocimerge("inspect", "--json", fixture.name)
        #expect(run.status == 0)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output))
        #expect(report.sources.map(\.source) == [fixture.name])
        let images = report.sources.flatMap(\.images)
        let entries = images.flatMap(\.platforms)
        #expect(
            Set(entries.map { "\($0.name?.prefix { $0 != ":" } ?? "") \($0.config)" })
                == Set(fixture.fact.images.map { "\($0.platform) \($0.config.digest)" }))
        let found = entries.flatMap(\.layers).map {
            "\($0.digest) \($0.size) \($0.present ? $0.compression ?? "?" : "absent")"
        }
        let expected = fixture.fact.images.flatMap(\.layers).map {
            "\($0.digest) \($0.size) \($0.absent ? "absent" : $0.compression ?? "?")"
        }
        #expect(Set(found) == Set(expected))
        // An attestation of an absent image belongs to no platform.
        let missing = Set(fixture.fact.absent.map(\.digest))
        let attestations = fixture.fact.attestations.filter { !missing.contains($0.subject ?? "") }
        #expect(Set(entries.flatMap(\.attestations)) == Set(attestations.map(\.digest)))
        #expect(Set(report.sources.flatMap(\.absent).map(\.digest)) == Set(fixture.fact.absent.map(\.digest)))
        let names = Set(images.filter { !$0.platforms.isEmpty }.flatMap(\.names))
        let stated = fixture.fact.images.flatMap { $0.names + ($0.repoTags ?? []) }
        #expect(names == Set(stated.map(FamiliarName.full)))
    }

    @Test("--config prints the exact bytes of the config", arguments: Fixture.readable)
    func config(_ fixture: Fixture) throws {
        let directory = try TemporaryDirectory()
        for platform in Set(fixture.fact.images.map(\.platform)) {
            let digests = Set(fixture.fact.images.filter { $0.platform == platform }.map(\.config.digest))
            let run = try ocimerge("inspect", "--config=\(platform)", fixture.name)
            guard digests.count == 1, let digest = digests.first else {
                #expect(run.status == 1)
                continue
            }
            expectDone(run)
            try directory.write(run.output, to: "config")
            let sum = try Program.run("sha256sum", [directory.path("config")]).stdout.prefix(64)
            #expect("sha256:\(sum)" == digest)
        }
    }

    @Test("The tree shows every digest, name and platform", arguments: Fixture.readable)
    func tree(_ fixture: Fixture) throws {
        let run = try ocimerge("inspect", fixture.name)
        #expect(run.status == 0)
        for image in fixture.fact.images {
            let stated = [image.config.digest, image.platform] + image.layers.map(\.digest)
            for text in stated + image.names.map(FamiliarName.full) { #expect(run.stdout.contains(text)) }
        }
    }
}
