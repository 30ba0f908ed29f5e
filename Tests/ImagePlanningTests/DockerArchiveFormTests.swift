import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// The members of a `docker-archive`: each blob once, and chains of image ids for old engines.
struct DockerArchiveFormTests {
    private func archived(_ images: [SampleImage], tags: [String] = ["demo/app:1"]) throws -> WritePlan {
        try DockerArchiveForm().archived(try OCIArchiveFormTests.outcome(images, tags: tags).plan)
    }

    private func names(_ plan: WritePlan) -> [String] { plan.members.map(\.name) }

    @Test func namesAndOrderEqualPodmans() throws {
        let image = OCIArchiveFormTests.amd64
        let plan = try archived([image])
        let chain = try LegacyChain(ManifestView(bytes: image.manifest.bytes).layers, config: image.config).layers
        let layers = image.layers.map { "\($0.descriptor.digest.hex).tar" }
        let legacy = chain.flatMap { layer in ["layer.tar", "VERSION", "json"].map { "\(layer.id)/\($0)" } }
        #expect(
            names(plan) == layers + ["\(image.config.digest.hex).json"] + legacy + ["manifest.json", "repositories"])
        #expect(plan.documents.isEmpty)
        #expect(
            OCIArchiveFormTests.text(plan, "repositories")
                == #"{"docker.io/demo/app":{"1":"\#(chain[1].id)"}}"#)
        for (link, name) in zip(plan.members.filter { $0.name.hasSuffix("/layer.tar") }, layers) {
            guard case .link(let target) = link.content else {
                Issue.record("\(link.name) is no link")
                continue
            }
            #expect(target == "../" + name)
        }
    }

    @Test func aRepeatedLayerIsWrittenOnce() throws {
        let image = SampleImage("linux/amd64", content: ["same", "same", "top"])
        let plan = try archived([image])
        #expect(plan.orderedBlobs.count == 2)
        #expect(Set(names(plan)).count == plan.members.count)
        let list = OCIArchiveFormTests.text(plan, "manifest.json") ?? ""
        #expect(list.components(of: "\(image.layers[0].descriptor.digest.hex).tar") == 2)
        let chain = try LegacyChain(ManifestView(bytes: image.manifest.bytes).layers, config: image.config).layers
        #expect(Set(chain.map(\.id)).count == 3)
    }

    @Test func compressedLayersHaveMatchingExtensions() throws {
        for (ending, type) in [("gz", "gzip"), ("zst", "zstd")] {
            let image = SampleImage(
                "linux/amd64", layerType: MediaType("application/vnd.oci.image.layer.v1.tar+\(type)"))
            #expect(try names(archived([image])).first == "\(image.layers[0].descriptor.digest.hex).tar.\(ending)")
        }
    }

    @Test func theTopIdOfAChainDependsOnTheConfig() throws {
        let images = [
            SampleImage("linux/amd64", content: ["x", "y"]), SampleImage("linux/arm64", content: ["x", "y"]),
        ]
        let chains = try images.map {
            try LegacyChain(ManifestView(bytes: $0.manifest.bytes).layers, config: $0.config).layers
        }
        #expect(chains[0][0].id == chains[1][0].id)
        #expect(chains[0][1].id != chains[1][1].id)
        let base = Planning.text(chains[0][0].json)
        #expect(base == #"{"id":"\#(chains[0][0].id)"}"#)
        let top = Planning.text(chains[0][1].json)
        #expect(top.contains(#""id":"\#(chains[0][1].id)""#))
        #expect(top.contains(#""parent":"\#(chains[0][0].id)""#))
        #expect(top.contains(#""architecture":"amd64""#))
        #expect(top.contains(#""x-unknown":1.50"#))
        #expect(!top.contains("rootfs"))
    }

    @Test func severalPlatformsAreAConflict() throws {
        #expect {
            try archived([OCIArchiveFormTests.s390x, OCIArchiveFormTests.amd64])
        } throws: { error in
            guard case PlanError.conflict(.severalPlatforms(_, let platforms)) = error else { return false }
            return platforms.map(\.description) == ["linux/amd64", "linux/s390x"]
        }
    }

    @Test func anUnnamedImageHasNoRepositories() throws {
        let plan = try archived([OCIArchiveFormTests.amd64], tags: [])
        #expect(names(plan).last == "manifest.json")
        #expect(OCIArchiveFormTests.text(plan, "manifest.json")?.contains(#""RepoTags":null"#) == true)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let found = rest.firstRange(of: part) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}
