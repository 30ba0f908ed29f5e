import ImageModel
import TestSupport
import Testing

@testable import ImageSinks

/// A push asks for as little as it can: a manifest that the repository has proves its blobs.
struct RepositoryContentTests {
    private typealias Sink = RegistrySinkTests

    @Test("on demand all blobs are asked for, and one that the registry has lost is sent")
    func allBlobs() throws {
        let registry = MemoryRegistry()
        _ = try Sink.push(Sink.index(), registry.access())
        registry.forget()
        let pushed = try Sink.push(Sink.index(), registry.access(), asksForBlobs: true)
        #expect(pushed == PushedContent(sent: 0, sentBytes: 0, mounted: 0, present: 3))
        let blobs = Sink.index().blobs.map(\.digest) + Sink.images.map(\.config.digest)
        #expect(registry.log == Sink.looks + blobs.map { "HEAD app/blobs/\($0)" })
        registry.lose(blobs[1])
        registry.forget()
        #expect(try Sink.push(Sink.index(), registry.access()).sent == 0)
        #expect(registry.log == Sink.looks)
        registry.forget()
        #expect(try Sink.push(Sink.index(), registry.access(), asksForBlobs: true).sent == 1)
        #expect(registry.log.count { $0.hasPrefix("POST") } == 1)
        #expect(registry.log.count { $0.hasPrefix("PUT") } == 1)
        // Another push may have moved the tag meanwhile. If it has not, it is not put: some registries never allow that.
        #expect(registry.log.count { $0 == "HEAD app/manifests/1.0" } == 2)
        #expect(registry.contents().contains("\(blobs[1])"))
    }

    @Test("a manifest that is absent is written, though the tag leads to its index")
    func absentChild() throws {
        let registry = MemoryRegistry()
        _ = try Sink.push(Sink.index(), registry.access())
        let (child, layer) = (Sink.images[0], Sink.images[0].layers[1].descriptor.digest)
        registry.lose(child.manifest.digest)
        registry.lose(layer)
        registry.forget()
        let pushed = try Sink.push(Sink.index(), registry.access())
        #expect(pushed == PushedContent(sent: 1, sentBytes: 5, mounted: 0, present: 2))
        let written = registry.log.dropFirst(Sink.looks.count).filter { !$0.contains("/uploads/") }
        #expect(Array(registry.log.prefix(Sink.looks.count)) == Sink.looks)
        // The other manifest proves the layer that both have.
        #expect(
            written == [
                "HEAD app/blobs/\(layer)", "POST app mount", "HEAD app/blobs/\(child.config.digest)",
                "PUT app/manifests/\(child.manifest.digest)", "HEAD app/manifests/1.0",
            ])
        #expect(registry.contents().isSuperset(of: ["\(layer)", "\(child.manifest.digest)"]))
    }

    @Test("an image that the tag names already takes one request")
    func oneImageAgain() throws {
        let registry = MemoryRegistry()
        let image = Sink.images[0]
        let plan = Sink.plan([image], [], root: image.manifest, name: "x:1")
        _ = try Sink.push(plan, registry.access())
        registry.forget()
        let pushed = try Sink.push(plan, registry.access())
        #expect(pushed == PushedContent(sent: 0, sentBytes: 0, mounted: 0, present: 2))
        #expect(registry.log == ["HEAD app/manifests/1.0"])
    }

    @Test("a blob that cannot be mounted and is there is not sent")
    func present() throws {
        let registry = MemoryRegistry()
        let image = SampleImage("linux/amd64", content: ["base"])
        let there = Sink.plan([image], [], root: image.manifest, name: "x:1")
        _ = try Sink.push(there, to: "docker://registry.example/app:0", registry.access())
        registry.lose(image.manifest.digest)
        registry.forget()
        let other = try #require(RepositoryName(parsing: "registry.example/other"))
        let blob = WritePlan.Blob(image.layers[0].descriptor, source: RegistrySinkTests.Elsewhere(name: other))
        let plan = WritePlan(blobs: [blob], documents: there.documents, roots: there.roots)
        let pushed = try Sink.push(plan, registry.access())
        #expect(pushed.sent == 0 && pushed.mounted == 0 && pushed.present == 1)
        #expect(pushed.unsent == 1 && pushed.unsentBytes == blob.size)
        // The session that came instead of the mount is given up.
        #expect(registry.log.count { $0.hasPrefix("DELETE app/blobs/uploads/") } == 1)
        #expect(
            registry.log.filter { !$0.hasPrefix("DELETE") } == [
                "HEAD app/manifests/1.0", "HEAD app/manifests/\(image.manifest.digest)", "POST app mount from other",
                "HEAD app/blobs/\(blob.digest)", "HEAD app/blobs/\(image.config.digest)",
                "PUT app/manifests/1.0",
            ])
    }
}
