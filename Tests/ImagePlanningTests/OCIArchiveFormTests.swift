import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// The members of a portable archive, and their order.
struct OCIArchiveFormTests {
    static let amd64 = SampleImage("linux/amd64", content: ["base", "amd64"])
    static let arm = SampleImage("linux/arm/v7", content: ["base", "arm"])
    static let s390x = SampleImage("linux/s390x", content: ["base", "s390x"])

    static func outcome(_ images: [SampleImage], tags: [String] = ["demo/app:1"]) throws -> MergeOutcome {
        try Planning.plan(
            try images.enumerated().map { try Planning.input("s\($0.offset)", .of($0.element)) }, tags: tags)
    }

    static func text(_ plan: WritePlan, _ name: String) -> String? {
        for member in plan.members where member.name == name {
            switch member.content {
            case .bytes(let bytes): return Planning.text(bytes)
            case .document(let document): return Planning.text(document.bytes)
            case .blob, .directory, .link: break
            }
        }
        return nil
    }

    @Test func metadataComesFirstAndBlobsAreSorted() throws {
        let plan = try Self.outcome([Self.s390x, Self.amd64]).plan
        let archived = try OCIArchiveForm.portable().archived(plan)
        let names = archived.members.map(\.name)
        #expect(names.prefix(5) == ["oci-layout", "index.json", "manifest.json", "blobs", "blobs/sha256"])
        let digests = Set(plan.documents.map(\.digest) + plan.blobs.map(\.digest))
        #expect(Array(names.dropFirst(5)) == digests.map { "blobs/sha256/\($0.hex)" }.sorted())
        #expect(Self.text(archived, "index.json") == Planning.text(try RootIndex.bytes(plan.roots)))
        #expect(Set(archived.orderedBlobs.map(\.digest)) == Set(plan.blobs.map(\.digest)))
        for document in plan.documents {
            #expect(Self.text(archived, "blobs/sha256/\(document.digest.hex)") == Planning.text(document.bytes))
        }
        let plain = try OCIArchiveForm.plain.archived(plan).members.map(\.name)
        #expect(plain == names.filter { $0 != "manifest.json" })
    }

    @Test("an archive that cannot hold the claimed sizes is refused", arguments: [1 << 61, 1 << 62, .max] as [Int64])
    func hugeClaims(_ size: Int64) throws {
        let plan = try Self.outcome([Self.amd64]).plan
        let layers = ["a", "b"].map { text in
            let digest = Digest(of: Array(text.utf8))
            return WritePlan.Blob(
                Descriptor(mediaType: .ociLayer, digest: digest, size: size), source: MemoryBytes([], path: text))
        }
        let huge = WritePlan(blobs: layers, documents: plan.documents, roots: plan.roots)
        let forms: [OCIArchiveForm] = [.portable(), .plain, .portable().marked(isIncrement: true)]
        for form in forms {
            #expect {
                try form.archived(huge)
            } throws: { error in
                if case PlanError.conflict(.tooLargeForArchive) = error { true } else { false }
            }
        }
    }

    static let choices: [(images: [SampleImage], wanted: String?, chosen: SampleImage)] = [
        ([s390x, amd64, arm], nil, amd64), ([s390x, arm], nil, arm), ([s390x, amd64, arm], "linux/s390x", s390x),
        ([s390x, amd64, arm], "linux/arm", arm), ([s390x], nil, s390x),
    ]

    @Test(arguments: choices.indices)
    func dockerGetsTheDefaultPlatformOrAMD64OrTheFirst(_ number: Int) throws {
        let (images, wanted, chosen) = Self.choices[number]
        let form = OCIArchiveForm.portable(defaultPlatform: try wanted.map { try Platform(parsing: $0) })
        let list = Self.text(try form.archived(try Self.outcome(images).plan), "manifest.json")
        let layers = chosen.layers.map { #""blobs/sha256/\#($0.descriptor.digest.hex)""# }.joined(separator: ",")
        #expect(
            list
                == #"[{"Config":"blobs/sha256/\#(chosen.config.digest.hex)","RepoTags":["docker.io/demo/app:1"],"#
                + #""Layers":[\#(layers)]}]"#)
    }

    @Test func anAbsentDefaultPlatformIsAConflict() throws {
        let plan = try Self.outcome([Self.s390x, Self.amd64]).plan
        let wanted = try Platform(parsing: "linux/arm64")
        #expect {
            try OCIArchiveForm.portable(defaultPlatform: wanted).archived(plan)
        } throws: { error in
            guard case PlanError.conflict(.platformAbsent(let absent, let present)) = error else { return false }
            return absent == wanted && present.map(\.description) == ["linux/amd64", "linux/s390x"]
        }
    }

    @Test func severalNamesShareOneDockerEntry() throws {
        let plan = try Self.outcome([Self.amd64, Self.s390x], tags: ["a/b:1", "quay.io/c/d:2"]).plan
        let list = Self.text(try OCIArchiveForm.portable().archived(plan), "manifest.json") ?? ""
        #expect(list.contains(#""RepoTags":["docker.io/a/b:1","quay.io/c/d:2"]"#))
        #expect(list.split(separator: "Config", omittingEmptySubsequences: false).count == 2)
    }

    @Test func limitationsOfLoadersAreNotedOnce() throws {
        let unnamed = try Self.outcome([Self.amd64, Self.s390x], tags: [])
        let root = unnamed.images[0].root.digest
        #expect(try OCIArchiveForm.portable().notes(on: unnamed.plan) == [.unnamedInArchive(root)])
        #expect(try OCIArchiveForm.plain.notes(on: unnamed.plan) == [])
        let packed = SampleImage("linux/amd64", layerType: MediaType("application/vnd.oci.image.layer.v1.tar+zstd"))
        let zstandard = try Self.outcome([packed])
        #expect(
            try OCIArchiveForm.portable().notes(on: zstandard.plan)
                == [.zstandardInArchive(packed.manifest.digest)])
        #expect(try OCIArchiveForm.portable().notes(on: Self.outcome([Self.amd64]).plan) == [])
    }

    @Test("an increment names the layers that the engine has in manifest.json", arguments: [nil, "linux/s390x"])
    func increment(_ wanted: String?) throws {
        let whole = try Self.outcome([Self.s390x, Self.amd64]).plan
        let form = OCIArchiveForm.portable(defaultPlatform: try wanted.map { try Platform(parsing: $0) })
        let shared = Self.amd64.layers[0].descriptor.digest
        let part = try form.marked(isIncrement: true).archived(whole.without([shared]).plan)
        #expect(Self.text(part, "manifest.json") == Self.text(try form.archived(whole), "manifest.json"))
        #expect(!part.members.map(\.name).contains(LayoutPath(shared).description))
        #expect(Self.text(part, "index.json")?.contains(#""io.ocimerge.increment":"true""#) == true)
        #expect(try form.marked(isIncrement: true).notes(on: whole.without([shared]).plan) == [])
        let plain = try OCIArchiveForm.plain.marked(isIncrement: true).archived(whole)
        #expect(!plain.members.map(\.name).contains("manifest.json"))
    }

    @Test("without the mark of an increment, absent layers leave the image out of manifest.json")
    func incomplete() throws {
        let whole = try Self.outcome([Self.amd64]).plan
        let part = try OCIArchiveForm.portable().archived(whole.without([Self.amd64.layers[0].descriptor.digest]).plan)
        #expect(!part.members.map(\.name).contains("manifest.json"))
    }

    @Test func anEmptyPlanHasNoDockerManifest() throws {
        let plan = WritePlan(blobs: [], documents: [], roots: [])
        let names = try OCIArchiveForm.portable().archived(plan).members.map(\.name)
        #expect(names == ["oci-layout", "index.json", "blobs"])
    }
}
