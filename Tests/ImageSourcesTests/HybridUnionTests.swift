import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// Archives with descriptions for both docker and OCI. Their content is the union of both.
struct HybridUnionTests {
    static let image = SampleImage("linux/amd64", content: ["base", "app"])
    static let other = SampleImage("linux/arm64", content: ["base", "other"])

    /// A layout with a `manifest.json` whose layers are the layout's blobs.
    static func hybrid(_ roots: [Descriptor], _ documents: [Document] = [], docker: [(SampleImage, [String])]) -> [(
        String, [UInt8]
    )] {
        let entries = docker.map { image, names -> JSONText in
            .object([
                ("Config", .string("blobs/sha256/\(image.config.digest.hex)")),
                ("RepoTags", .array(names.map { .string($0) })),
                ("Layers", .array(image.layers.map { .string("blobs/sha256/\($0.descriptor.digest.hex)") })),
            ])
        }
        return SampleFiles.layout([image, other], documents, roots: roots) + [
            ("manifest.json", JSONText.array(entries).bytes)
        ]
    }

    @Test func bothDescriptionsOfOneImageAreMerged() throws {
        let source = try Opening.open(Self.hybrid([Self.image.entry(name: "app:1")], docker: [(Self.image, ["app:1"])]))
        #expect(source.dialect == "OCI image layout")
        #expect(Opening.labels(source) == ["docker.io/library/app:1"])
        #expect(Opening.digests(source) == [Self.image.manifest.digest])
    }

    @Test func namesOnlyInDockersDescriptionAreAdded() throws {
        let source = try Opening.open(
            Self.hybrid([Self.image.entry(name: "app:1")], docker: [(Self.image, ["app:1", "app:2"])]))
        #expect(Opening.labels(source) == ["docker.io/library/app:1", "docker.io/library/app:2"])
        #expect(Set(Opening.digests(source)) == [Self.image.manifest.digest])
    }

    @Test func imagesOnlyInDockersDescriptionAreAdded() throws {
        let docker = [(Self.image, ["app:1"]), (Self.other, []), (Self.other, ["other:1"])]
        let source = try Opening.open(Self.hybrid([Self.image.entry(name: "app:1")], docker: docker))
        #expect(Opening.labels(source) == ["docker.io/library/app:1", "", "docker.io/library/other:1"])
        let added = try #require(source.graph.manifest(Opening.digests(source)[1]))
        #expect(added.config.digest == Self.other.config.digest)
        #expect(added.layers == Self.other.layers.map(\.descriptor))
        #expect(Set(Opening.digests(source)).count == 2)
    }

    /// containerd's `manifest.json` describes one platform of the index.
    @Test func aPlatformOfAnIndexAddsItsNamesToTheIndex() throws {
        let index = SampleImage.index([Self.image.entry("linux/amd64"), Self.other.entry("linux/arm64")])
        let root = SampleImage.entry(index, name: "app:1")
        let source = try Opening.open(Self.hybrid([root], [index], docker: [(Self.image, ["app:1", "app:2"])]))
        #expect(Opening.labels(source) == ["docker.io/library/app:1", "docker.io/library/app:2"])
        #expect(Set(Opening.digests(source)) == [index.digest])
    }

    /// Engine 25.0.0 lists the layers of a manifest in another order than the config.
    @Test func layersInTheWrongOrderAreReordered() throws {
        let text = String(decoding: Self.image.manifest.bytes, as: UTF8.self)
        let layers = Self.image.layers.map { String(decoding: $0.descriptor.json.bytes, as: UTF8.self) }
        let shuffled = Document.sample(
            Array(text.replacing(layers.joined(separator: ","), with: layers.reversed().joined(separator: ",")).utf8),
            mediaType: .ociManifest)
        #expect(shuffled.digest != Self.image.manifest.digest)
        let root = SampleImage.entry(shuffled, "linux/amd64", name: "app:1")
        let source = try Opening.open(Self.hybrid([root], [shuffled], docker: [(Self.image, ["app:1", "app:2"])]))
        #expect(source.notes == [.layerOrderMended(manifest: shuffled.digest)])
        #expect(Opening.labels(source) == ["docker.io/library/app:1", "docker.io/library/app:2"])
        for root in source.graph.roots {
            let manifest = try #require(source.graph.manifest(root.descriptor.digest))
            #expect(manifest.layers == Self.image.layers.map(\.descriptor))
            #expect(root.descriptor.platform == (try Platform(parsing: "linux/amd64")))
        }
        #expect(source.graph.documents[shuffled.digest] == nil)
    }

    @Test func theOrderOfCompressedLayersIsNotChecked() throws {
        let packed = SampleImage("linux/amd64", content: ["one", "two"], layerType: .ociLayerGzip)
        let source = try Opening.open(
            SampleFiles.layout([packed], roots: [packed.entry(name: "app:1")]) + [("manifest.json", Array("[]".utf8))])
        #expect(source.notes == [])
    }

    @Test(arguments: [("oci-archive", "OCI image layout"), ("docker-archive", "docker-save archive")])
    func aPrefixSelectsADescription(_ prefix: String, _ dialect: String) throws {
        let files = Self.hybrid([Self.image.entry(name: "app:1")], docker: [(Self.image, ["app:9"])])
        let source = try Opening.open(files, prefix: prefix + ":")
        #expect(source.dialect == dialect)
        #expect(Opening.labels(source).contains("docker.io/library/app:9"))
        #expect(Opening.labels(source).contains("docker.io/library/app:1") == (prefix == "oci-archive"))
    }
}
