import ByteIO
import ImageModel
import Registry
import TestSupport
import Testing

@testable import ImageSinks

/// The requests of a push, their order, and the state of the registry after a failure.
struct RegistrySinkTests {
    static let images = [
        SampleImage("linux/amd64", content: ["base", "amd64"]), SampleImage("linux/arm64", content: ["base", "arm64"]),
    ]

    /// A plan of an index with both images, under this name.
    static func index(_ more: [Document] = [], name: String? = "demo/app:1.0") -> WritePlan {
        let inner = index(of: images.map(\.manifest))
        let top = more.isEmpty ? inner : index(of: [inner] + more)
        return plan(images, more + (more.isEmpty ? [top] : [inner, top]), root: top, name: name)
    }

    static func index(of documents: [Document]) -> Document {
        let entries = documents.map { String(decoding: $0.descriptor.json.bytes, as: UTF8.self) }
        let list = entries.joined(separator: ",")
        return Document.sample(
            Array(#"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[\#(list)]}"#.utf8),
            mediaType: .ociIndex)
    }

    static func plan(_ images: [SampleImage], _ more: [Document], root: Document, name: String?) -> WritePlan {
        var blobs: [WritePlan.Blob] = []
        for layer in images.flatMap(\.layers) where !blobs.contains(where: { $0.digest == layer.descriptor.digest }) {
            blobs.append(.init(layer.descriptor, source: ScriptedSource(layer.bytes)))
        }
        return WritePlan(
            blobs: blobs, documents: images.flatMap { [$0.config, $0.manifest] } + more, roots: [entry(root, name)])
    }

    static func entry(_ document: Document, _ name: String?) -> RootEntry {
        RootEntry(
            descriptor: document.descriptor, json: document.descriptor.json.bytes,
            label: name.map { ImageLabel(reference: $0) }, isNamedHere: true)
    }

    static func push(
        _ plan: WritePlan, to text: String = "docker://registry.example/app:1.0", _ access: RegistryAccess,
        _ uploads: UploadOptions = UploadOptions(), names: [String] = [], jobs: Int = 1, asksForBlobs: Bool = false
    ) throws -> PushedContent {
        let directory = try TemporaryDirectory()
        let destination = try RegistryDestination(parsing: text).adding(names.compactMap { ImageName(parsing: $0) })
        let sink = RegistrySink(
            destination, access, uploads, temporary: directory.path, asksForBlobs: asksForBlobs)
        defer {
            sink.discard()
            #expect((try? Tree.names(in: directory.path)) == [])
        }
        return try #require(try sink.run(plan, jobs: jobs).publication.pushed)
    }

    @Test("blobs are sent first, then manifests, then the index by its tag", arguments: [1, 4])
    func order(_ jobs: Int) throws {
        let registry = MemoryRegistry()
        let pushed = try Self.push(Self.index(), registry.access(), jobs: jobs)
        #expect(pushed == PushedContent(sent: 3, sentBytes: 14, mounted: 0, present: 0))
        let puts = registry.log.filter { $0.hasPrefix("PUT") }
        #expect(puts.count == 5 + 2 + 1)
        #expect(puts[..<5].allSatisfy { $0.contains("/blobs/uploads/") })
        #expect(Set(puts[5..<7]) == Set(Self.images.map { "PUT app/manifests/\($0.manifest.digest)" }))
        #expect(puts[7] == "PUT app/manifests/1.0")
        // Per blob: check, start, send. Per manifest and tag: check, put.
        #expect(registry.log.count == 5 * 3 + 2 * 2 + 2)
        #expect(registry.tag("1.0") == Self.index().roots[0].descriptor.digest.description)
    }

    /// What a push of the index image asks for first, with one job.
    static let looks = ["HEAD app/manifests/1.0"] + images.map { "HEAD app/manifests/\($0.manifest.digest)" }

    @Test("existing manifests are asked for once, and prove their blobs")
    func again() throws {
        let registry = MemoryRegistry()
        _ = try Self.push(Self.index(), registry.access())
        registry.forget()
        let pushed = try Self.push(Self.index(), registry.access())
        #expect(pushed == PushedContent(sent: 0, sentBytes: 0, mounted: 0, present: 3))
        #expect(registry.log == Self.looks)
        // Another tag takes two requests.
        registry.forget()
        _ = try Self.push(Self.index(), registry.access(), names: ["registry.example/app:2"])
        #expect(registry.log == [Self.looks[0], "HEAD app/manifests/2"] + Self.looks[1...] + ["PUT app/manifests/2"])
        #expect(registry.tag("2") == registry.tag("1.0"))
    }

    @Test("an image that the registry serves by a digest of another algorithm is complete")
    func otherAlgorithm() throws {
        let registry = MemoryRegistry()
        let top = Document.sample(
            Self.index(of: Self.images.map(\.manifest)).bytes, mediaType: .ociIndex, algorithm: .sha512)
        let plan = Self.plan(Self.images, [top], root: top, name: "demo/app:1.0")
        let served = Digest(of: top.bytes)
        #expect(try Self.push(plan, registry.access()).served == served)
        #expect(registry.tag("1.0") == served.description)
        registry.forget()
        #expect(try Self.push(plan, registry.access()).served == served)
        #expect(registry.log.allSatisfy { $0.hasPrefix("HEAD") })
    }

    @Test("after any refused request no tag is written")
    func refusals() throws {
        let requests = 21
        for number in 0..<requests {
            for jobs in [1, 4] {
                let registry = MemoryRegistry(refuses: number)
                do {
                    _ = try Self.push(Self.index(), registry.access(), jobs: jobs)
                    // A refused mount is replaced by a plain upload.
                    #expect(registry.log[number].hasPrefix("POST"))
                } catch {
                    #expect(registry.tag("1.0") == nil, "request \(number) of \(jobs)")
                    #expect(!registry.log.dropLast().contains("PUT app/manifests/1.0"), "request \(number)")
                }
            }
        }
    }

    @Test("blobs of one repository are mounted into the next without checks")
    func mounts() throws {
        let registry = MemoryRegistry()
        let (access, uploads) = (registry.access(), UploadOptions())
        _ = try Self.push(Self.index(), access, uploads)
        registry.forget()
        let pushed = try Self.push(Self.index(), to: "docker://registry.example/other:1", access, uploads)
        #expect(pushed == PushedContent(sent: 0, sentBytes: 0, mounted: 3, present: 0))
        #expect(registry.log.filter { $0 == "POST other mount from app" }.count == 5)
        #expect(!registry.log.contains { $0.hasPrefix("PUT other/blobs") || $0.hasPrefix("HEAD other/blobs") })
        #expect(registry.contents("other") == registry.contents("app"))
        // In the same repository known content is not checked.
        registry.forget()
        _ = try Self.push(Self.index(), to: "docker://registry.example/app:3", access, uploads)
        #expect(registry.log == ["HEAD app/manifests/3", "PUT app/manifests/3"])
    }

    struct Elsewhere: ByteSource {
        let name: RepositoryName
        let size: Int64 = 4
        var path: String { "docker://\(name)" }
        var traits: SourceTraits {
            var traits = SourceTraits()
            traits.origin = name
            return traits
        }
        func open() throws(IOFailure) -> any ByteReader { throw IOFailure(.read, path, .truncated) }
    }

    @Test("layers that come from the registry itself are not read", arguments: ["app", "other"])
    func within(_ repository: String) throws {
        let registry = MemoryRegistry()
        let image = SampleImage("linux/amd64", content: ["base"])
        let there = Self.plan([image], [], root: image.manifest, name: "x:1")
        _ = try Self.push(there, to: "docker://registry.example/\(repository):0", registry.access())
        registry.forget()
        let name = try #require(RepositoryName(parsing: "registry.example/\(repository)"))
        let blob = WritePlan.Blob(image.layers[0].descriptor, source: Elsewhere(name: name))
        let plan = WritePlan(blobs: [blob], documents: there.documents, roots: there.roots)
        let pushed = try Self.push(plan, registry.access())
        #expect(pushed.sent == 0)
        let ofLayer = registry.log.filter { $0.contains("\(blob.digest)") || $0.contains("mount from") }
        #expect(ofLayer == (repository == "app" ? [] : ["POST app mount from other"]))
    }

    @Test("an image in an index is written by its digest before its tag")
    func inner() throws {
        let registry = MemoryRegistry()
        let inner = Self.images[0].manifest
        let index = Self.index(of: [inner])
        let plan = WritePlan(
            blobs: [], documents: [Self.images[0].config, inner, index],
            roots: [Self.entry(inner, "a:1"), Self.entry(index, nil)])
        _ = try Self.push(plan, registry.access())
        let puts = registry.log.filter { $0.hasPrefix("PUT app/manifests") }
        #expect(
            puts == ["PUT app/manifests/\(inner.digest)", "PUT app/manifests/\(index.digest)", "PUT app/manifests/1.0"])
        #expect(!registry.log.contains { $0.hasPrefix("GET") }, "all of it is here")
    }

    static func artifact(of subject: Document, type: String?) -> Document {
        let artifactType = type.map { #""artifactType":"\#($0)","# } ?? ""
        let subject = String(decoding: subject.descriptor.json.bytes, as: UTF8.self)
        let config = String(decoding: images[0].config.descriptor.json.bytes, as: UTF8.self)
        return Document.sample(
            Array(
                #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)",\#(artifactType)"config":\#(config),"layers":[],"subject":\#(subject),"annotations":{"a":"b"}}"#
                    .utf8), mediaType: .ociManifest)
    }

    @Test(
        "referrers are listed under a tag if the registry has no referrers API", arguments: [false, true])
    func referrers(_ keeps: Bool) throws {
        let registry = MemoryRegistry(keepsReferrers: keeps)
        let image = Self.images[0]
        let artifacts = [Self.artifact(of: image.manifest, type: "x/y"), Self.artifact(of: image.manifest, type: nil)]
        for artifact in artifacts {
            let plan = WritePlan(
                blobs: Self.plan([image], [], root: image.manifest, name: nil).blobs,
                documents: [image.config, image.manifest, artifact],
                roots: [Self.entry(image.manifest, "x:1"), Self.entry(artifact, nil)])
            _ = try Self.push(plan, registry.access())
        }
        let list = registry.tagged("sha256-\(image.manifest.digest.hex)")
        guard !keeps else { return #expect(list == nil) }
        let index = try JSONDocument(parsing: try #require(list)).root
        let entries = index["manifests"]?.elements ?? []
        #expect(entries.map { $0["digest"]?.string } == artifacts.map(\.digest.description))
        #expect(entries.map { $0["artifactType"]?.string } == ["x/y", image.config.mediaType.rawValue])
        #expect(entries.map { $0["annotations"]?["a"]?.string } == ["b", "b"])
        #expect(registry.tag("1.0") == image.manifest.digest.description)
    }

    /// A plan with an image and an artifact that refers to it. `isNamed` gives the artifact the name.
    static func referring(named isNamed: Bool) -> (plan: WritePlan, artifact: Document) {
        let image = images[0]
        let artifact = artifact(of: image.manifest, type: "x/y")
        let roots =
            isNamed
            ? [entry(artifact, "x:1"), entry(image.manifest, nil)]
            : [entry(image.manifest, "x:1"), entry(artifact, nil)]
        let blobs = plan([image], [], root: image.manifest, name: nil).blobs
        return (WritePlan(blobs: blobs, documents: [image.config, image.manifest, artifact], roots: roots), artifact)
    }

    @Test("a referrers list that one run could not write is written by the next", arguments: [false, true])
    func unlisted(_ isNamed: Bool) throws {
        let (plan, artifact) = Self.referring(named: isNamed)
        let tag = "sha256-\(Self.images[0].manifest.digest.hex)"
        let whole = MemoryRegistry()
        _ = try Self.push(plan, whole.access())
        let registry = MemoryRegistry(refuses: try #require(whole.log.firstIndex(of: "PUT app/manifests/\(tag)")))
        let failure = #expect(throws: (any Error).self) { try Self.push(plan, registry.access()) }
        // The tag of the image comes before the list of an artifact with a name of its own.
        #expect(isNamed ? failure is IncompletePush : failure is RegistryError)
        #expect(registry.tagged(tag) == nil)
        _ = try Self.push(plan, registry.access())
        #expect(registry.tagged(tag) == whole.tagged(tag))
        #expect(registry.tag("1.0") == whole.tag("1.0"))
        // A listed referrer is not listed again.
        registry.forget()
        _ = try Self.push(plan, registry.access())
        #expect(!registry.log.contains { $0.hasPrefix("PUT") || $0.hasPrefix("POST") })
        #expect(registry.tagged(tag).map { String(decoding: $0, as: UTF8.self).contains("\(artifact.digest)") } == true)
    }

    @Test("a list is read and written once for all referrers of an image")
    func many() throws {
        let registry = MemoryRegistry()
        let image = Self.images[0]
        let artifacts = (0..<20).map { Self.artifact(of: image.manifest, type: "x/\($0)") }
        let plan = WritePlan(
            blobs: Self.plan([image], [], root: image.manifest, name: nil).blobs,
            documents: [image.config, image.manifest] + artifacts,
            roots: [Self.entry(image.manifest, "x:1")] + artifacts.map { Self.entry($0, nil) })
        _ = try Self.push(plan, registry.access())
        let tag = "sha256-\(image.manifest.digest.hex)"
        #expect(registry.log.filter { $0.hasSuffix(tag) } == ["GET app/manifests/\(tag)", "PUT app/manifests/\(tag)"])
        let list = try Document(index: DigestedBytes(try #require(registry.tagged(tag))))
        #expect(Set((list.index?.manifests ?? []).map(\.descriptor.digest)) == Set(artifacts.map(\.digest)))
        registry.forget()
        _ = try Self.push(plan, registry.access())
        #expect(!registry.log.contains { $0.hasPrefix("PUT") })
        #expect(registry.log.count { $0 == "GET app/manifests/\(tag)" } == 1)
    }

    @Test("with the referrers API one request reads the list", arguments: [false, true])
    func listed(_ isNamed: Bool) throws {
        let registry = MemoryRegistry(keepsReferrers: true)
        let plan = Self.referring(named: isNamed).plan
        _ = try Self.push(plan, registry.access())
        registry.forget()
        _ = try Self.push(plan, registry.access())
        let subject = Self.images[0].manifest.digest
        #expect(registry.log.filter { !$0.hasPrefix("HEAD") } == ["GET app/referrers/\(subject)"])
        #expect(registry.tagged("sha256-\(subject.hex)") == nil)
    }

    @Test("content that was read from a repository is known to exist there", arguments: ["app", "other"])
    func read(_ target: String) throws {
        let registry = MemoryRegistry()
        let image = Self.images[0]
        _ = try Self.push(Self.plan([image], [], root: image.manifest, name: "x:1"), registry.access())
        registry.forget()
        let access = registry.access()
        let client = access.repository(try #require(RepositoryName(parsing: "registry.example/app")))
        #expect(try client.manifest(.tag("1.0"))?.content.digest == image.manifest.digest)
        _ = try client.blob(image.config.digest)
        let index = Self.index(of: [image.manifest])
        let plan = WritePlan(
            blobs: [], documents: [image.config, image.manifest, index], roots: [Self.entry(index, "x:1")])
        _ = try Self.push(plan, to: "docker://registry.example/\(target):2", access)
        let brought = [
            "HEAD other/manifests/\(image.manifest.digest)", "POST other mount from app",
            "PUT other/manifests/\(image.manifest.digest)",
        ]
        #expect(
            Array(registry.log.dropFirst(2))
                == ["HEAD \(target)/manifests/2"] + (target == "app" ? [] : brought) + ["PUT \(target)/manifests/2"])
    }

    @Test("after one worker fails, the others send nothing more")
    func failed() throws {
        let registry = MemoryRegistry()
        let directory = try TemporaryDirectory()
        let sink = RegistrySink(
            try RegistryDestination(parsing: "docker://registry.example/app:1"), registry.access(), UploadOptions(),
            temporary: directory.path)
        defer { sink.discard() }
        let plan = Self.plan([Self.images[0]], [], root: Self.images[0].manifest, name: "x:1")
        try sink.begin(plan)
        let crew = CopyCrew()
        var buffer: [UInt8] = []
        try sink.put(plan.blobs[0], crew: crew, buffer: &buffer) { _ in }
        crew.stop()
        #expect(throws: RegistryError.io(IOFailure(.read, "scripted", .interrupted))) {
            try causing { try sink.put(plan.blobs[1], crew: crew, buffer: &buffer) { _ in } }
        }
        #expect(registry.contents().count == 1)
    }

    @Test("names and digests that do not fit are refused before any request")
    func unfit() throws {
        let registry = MemoryRegistry()
        let two = Self.images.map {
            Self.plan([$0], [], root: $0.manifest, name: "\($0.manifest.digest.hex.prefix(9)):1")
        }
        let both = WritePlan(blobs: [], documents: [], roots: two.flatMap(\.roots))
        #expect(throws: DestinationError.self) { try Self.push(both, registry.access()) }
        let other = "docker://registry.example/app:1@\(Digest(of: []))"
        #expect(throws: DestinationError.self) { try Self.push(two[0], to: other, registry.access()) }
        #expect(registry.log == [])
    }

    @Test(
        "the tags are those that the user names",
        arguments: [
            ("docker://r.example/app", [], ["r.example/app:latest"]),
            ("docker://r.example/app", ["r.example/app:2"], ["r.example/app:2"]),
            (
                "docker://r.example/app:1", ["r.example/app:2", "r.example/app:1"],
                ["r.example/app:1", "r.example/app:2"]
            ),
            ("docker://r.example/app@sha256:\(String(repeating: "0", count: 64))", [], []),
            ("docker://app", ["app:2"], ["docker.io/library/app:2"]),
            ("docker://r.example/app", ["other:2"], nil), ("docker://r.example/app", ["r.example/app/x:2"], nil),
        ] as [(String, [String], [String]?)])
    func tags(_ text: String, _ more: [String], _ expected: [String]?) throws {
        let destination = try RegistryDestination(parsing: text)
        let found = try? destination.adding(more.compactMap { ImageName(parsing: $0) }).names
        #expect(found == expected)
    }
}
