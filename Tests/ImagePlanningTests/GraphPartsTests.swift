import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

@Suite("The parts of a graph")
struct GraphPartsTests {
    @Test("each of many images has a part of its own size")
    func size() throws {
        let images = (0..<200).map { SampleImage("linux/amd64", content: ["shared", "layer \($0)"]) }
        var graph = ImageGraph()
        for image in images {
            graph.add(image)
            graph.root(image.entry(name: "demo/app:\(image.manifest.digest.hex)"))
        }
        let parts = try GraphParts(graph)
        for image in images {
            let part = parts.part(image.manifest.digest)
            #expect(Set(part.documents.keys) == [image.manifest.digest, image.config.digest])
            #expect(Set(part.blobs.keys) == Set(image.layers.map(\.descriptor.digest)))
            #expect(part.roots.map(\.descriptor.digest) == [image.manifest.digest])
        }
    }

    @Test("the part of an image with many names has one root")
    func names() throws {
        let image = SampleImage("linux/amd64", content: ["layer"])
        var graph = ImageGraph()
        graph.add(image)
        for number in 1...100 { graph.root(image.entry(name: "demo/app-\(number):1")) }
        let part = try GraphParts(graph).part(image.manifest.digest)
        #expect(part.roots.map(\.labels) == [graph.roots[0].labels])
    }

    @Test("a plan of the part is a plan of the whole")
    func plans() throws {
        let images = ["amd64", "s390x"].map { SampleImage("linux/" + $0, content: [$0]) }
        let attestation = SampleImage.attestation(of: images[0])
        let index = SampleImage.index([images[0].entry("linux/amd64"), attestation.entry])
        let signature = SampleImage("linux/amd64", content: ["signature"])
        let tag = CosignTag(images[1].manifest.digest, "sig")
        var graph = ImageGraph()
        for image in images + [attestation.image, signature] { graph.add(image) }
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: "demo/app:1"))
        graph.root(images[0].entry(name: "demo/app:2"))
        graph.root(images[0].entry(name: "demo/app:3"))
        graph.root(images[1].entry(name: "demo/other:1"))
        graph.cosigned[tag] = signature.descriptor
        let parts = try GraphParts(graph)
        for digest in Set(graph.roots.map(\.descriptor.digest)) {
            var whole = graph
            whole.roots = Array(graph.roots.filter { $0.descriptor.digest == digest }.prefix(1))
            let outcomes = try [whole, parts.part(digest)].map { graph in
                let inputs = [try Planning.input("s", graph)]
                return Referrers.leftBehind(try Planning.plan(inputs), from: inputs)
            }
            #expect(try Planning.facts(outcomes[0].plan) == Planning.facts(outcomes[1].plan))
            #expect(outcomes[0].notes == outcomes[1].notes)
        }
        #expect(parts.part(images[1].manifest.digest).cosigned.keys.map(\.self) == [tag])
    }
}
