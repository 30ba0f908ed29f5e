import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Referrers of an image follow it as long as its digest stays the same.
struct ReferrersTests {
    static let images = ["linux/amd64", "linux/s390x"].map { SampleImage($0, content: [$0]) }

    /// An artifact with a subject.
    static func referrer(to subject: Document, _ text: String = "signature") -> (document: Document, blob: [UInt8]) {
        let blob = Array(text.utf8)
        let layer = Descriptor(
            mediaType: MediaType("application/x"), digest: Digest(of: blob), size: Int64(blob.count))
        let empty = Descriptor(mediaType: .ociEmpty, digest: Digest(of: Array("{}".utf8)), size: 2)
        let json: JSONText = .object([
            ("schemaVersion", 2), ("mediaType", .string(MediaType.ociManifest.rawValue)), ("config", empty.json),
            ("layers", .array([layer.json])), ("subject", subject.descriptor.json),
        ])
        return (Document.sample(json.bytes, mediaType: .ociManifest), blob)
    }

    static func graph(_ image: SampleImage, _ referrers: [(document: Document, blob: [UInt8])]) -> ImageGraph {
        var graph = ImageGraph.of(image, name: nil)
        graph.blobs[Digest(of: Array("{}".utf8))] = MemoryBytes(Array("{}".utf8), path: "empty")
        for (document, blob) in referrers {
            graph.insert(document)
            graph.blobs[Digest(of: blob)] = MemoryBytes(blob, path: "blob")
        }
        return graph
    }

    static func outcome(_ inputs: [MergeInput], _ options: MergeOptions = MergeOptions()) throws -> MergeOutcome {
        try Referrers.following(Merge.plan(inputs, options), from: inputs)
    }

    @Test func signaturesFollowACopyAndAMerge() throws {
        let about = Self.images.map { Self.referrer(to: $0.manifest) }
        let inputs = zip(Self.images, about).map {
            MergeInput(source: $0.descriptor.digest.hex, graph: Self.graph($0, [$1]), declared: nil)
        }
        for chosen in [[inputs[0]], inputs] {
            let outcome = try Self.outcome(chosen)
            let plan = outcome.plan
            let referrers = plan.roots.filter(\.isReferrer)
            #expect(referrers.map(\.descriptor.digest) == about.prefix(chosen.count).map(\.document.digest))
            #expect(referrers.allSatisfy { $0.label == nil })
            #expect(plan.roots.count == chosen.count + 1)
            for (document, blob) in about.prefix(chosen.count) {
                #expect(plan.documents.count { $0.digest == document.digest } == 1)
                #expect(plan.blobs.count { $0.digest == Digest(of: blob) } == 1)
            }
            #expect(plan.blobs.count { $0.size == 2 } == 1)
            #expect(outcome.notes == [])
        }
    }

    @Test func aSignatureOfASignatureFollows() throws {
        let first = Self.referrer(to: Self.images[0].manifest)
        let second = Self.referrer(to: first.document, "of a signature")
        let input = MergeInput(source: "a", graph: Self.graph(Self.images[0], [second, first]), declared: nil)
        let roots = try Self.outcome([input]).plan.roots.filter(\.isReferrer).map(\.descriptor.digest)
        #expect(roots == [first.document.digest, second.document.digest])
    }

    /// A referrer names the digest before the edit, which is not written.
    @Test func referrersOfAnEditedImageAreOmitted() throws {
        let about = Self.referrer(to: Self.images[0].manifest)
        let declared = Platform(os: "linux", architecture: "arm64")
        let input = MergeInput(source: "a", graph: Self.graph(Self.images[0], [about]), declared: declared)
        let outcome = try Self.outcome([input])
        #expect(!outcome.plan.documents.contains { $0.digest == about.document.digest })
        #expect(outcome.plan.roots.count == 1)
        #expect(
            outcome.notes == [
                .referrerStays(source: "a", about.document.digest, subject: Self.images[0].manifest.digest)
            ])
    }

    /// In a layout the signature is a root of its own.
    @Test func aReferrerThatIsARootFollowsOnce() throws {
        let about = Self.referrer(to: Self.images[0].manifest)
        var graph = Self.graph(Self.images[0], [about])
        graph.root(about.document.descriptor)
        let both = [
            MergeInput(source: "a", graph: graph, declared: nil),
            MergeInput(source: "b", graph: Self.graph(Self.images[1], []), declared: nil),
        ]
        for inputs in [[both[0]], both] {
            let outcome = try Self.outcome(inputs)
            #expect(outcome.plan.roots.count { $0.descriptor.digest == about.document.digest } == 1)
            #expect(outcome.notes == [])
        }
    }

    @Test func aCosignTagFollowsItsImage() throws {
        let about = Self.referrer(to: Self.images[1].manifest)
        var graph = Self.graph(Self.images[0], [about])
        let tag = CosignTag(Self.images[0].manifest.digest, "sig")
        let other = CosignTag(Self.images[1].manifest.digest, "sig")
        graph.cosigned = [tag: about.document.descriptor, other: about.document.descriptor]
        let outcome = try Self.outcome([MergeInput(source: "a", graph: graph, declared: nil)])
        let root = try #require(outcome.plan.roots.first { $0.isReferrer })
        #expect(outcome.plan.roots.count(where: \.isReferrer) == 1)
        #expect(root.label == .plain(tag.description))
        #expect(root.descriptor.digest == about.document.digest)
    }
}
