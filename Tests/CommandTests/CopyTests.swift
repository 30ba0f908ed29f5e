import TestSupport
import Testing

/// Copies every readable fixture into a layout and compares it with the facts of an independent reader.
@Suite("One source is copied into a layout")
struct CopyTests {
    @Test("every readable fixture gives a valid layout with the images of its facts", arguments: Fixture.readable)
    func everyFixture(_ fixture: Fixture) throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let run = try ocimerge(fixture.name, "--trust", "-o", out + "/")
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stderr.split(separator: "\n").allSatisfy { $0.hasPrefix("ocimerge: warning: \(fixture.name): ") })
        #expect(run.stderr.isEmpty == expectsSilence(fixture), "\(run.stderr)")
        let layout = try soundLayout(out)
        #expect(try Tree.names(in: directory.path) == ["out"])
        #expect(summary(layout) == summary(fixture.fact))
        #expect(layout.absent == Set(fixture.fact.absent.map(\.digest)))
        #expect(Set(layout.attestations.map(\.digest)) == Set(fixture.fact.attestations.map(\.digest)))
        for attestation in fixture.fact.attestations {
            let found = layout.attestations.first { $0.digest == attestation.digest }
            #expect(found?.subject == attestation.subject)
        }
    }

    @Test("manifests and indexes without errors keep their digests", arguments: Fixture.readable)
    func untouched(_ fixture: Fixture) throws {
        let fact = fixture.fact
        guard fact.mislabelled.isEmpty, !fact.images.contains(where: { $0.statedOrderWrong || $0.manifest == nil })
        else { return }
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge(fixture.name, "--trust", "-q", "-o", directory.path("out")), stderr: warnings(fixture))
        let layout = try soundLayout(directory.path("out"))
        #expect(Set(layout.images.map(\.descriptor.digest)) == Set(fact.images.compactMap(\.manifest?.digest)))
        #expect(Set(layout.indexes.keys) == Set(fact.images.flatMap(\.index)))
    }

    private func warnings(_ fixture: Fixture) -> String {
        let missing = fixture.fact.absent.map { absent in
            let what = absent.platform ?? "an image"
            return "ocimerge: warning: \(fixture.name): \(what) is incomplete, \(absent.digest) is absent; "
                + "the copy lacks it too\n"
        }
        return missing.joined()
    }

    private func expectsSilence(_ fixture: Fixture) -> Bool {
        fixture.fact.absent.isEmpty && fixture.fact.mislabelled.isEmpty
            && !fixture.fact.images.contains(where: \.statedOrderWrong)
    }

    /// Each image as a line: platform, names, config, layers with their diffIDs.
    private func summary(_ fact: Fact) -> Set<String> {
        var names: [String: Set<String>] = [:]
        func key(_ image: Fact.Image) -> String {
            let layers = image.layers.map { "\($0.digest) \($0.size) \($0.diffID)" }
            return "\(image.platform) \(image.config.digest) \(image.config.size) \(layers.joined(separator: ", "))"
        }
        for image in fact.images {
            names[key(image), default: []].formUnion((image.names + (image.repoTags ?? [])).map(FamiliarName.full))
        }
        return Set(names.map { "\($0.value.sorted()) \($0.key)" })
    }

    private func summary(_ layout: WrittenLayout) -> Set<String> {
        let lines = layout.images.map { image in
            let layers = zip(image.layers, image.config.rootfs.diffIDs).map { "\($0.digest) \($0.size) \($1)" }
            let config = "\(image.configDigest) \(image.manifest.config?.size ?? -1)"
            return "\(image.names.sorted()) \(image.platform) \(config) \(layers.joined(separator: ", "))"
        }
        return Set(lines)
    }
}
