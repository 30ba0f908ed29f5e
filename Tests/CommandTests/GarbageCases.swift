import ByteIO
import ImageModel
import TestSupport
import Testing

/// A layout and its unneeded files.
struct GarbageCase: Sendable, CustomTestStringConvertible {
    let why: String
    var files: [String: [UInt8]] = [:]
    var garbage: Set<String> = []
    var testDescription: String { why }

    static let image = SampleImage("linux/amd64", content: ["one", "two"])
    static let orphan = SampleImage("linux/s390x", content: ["orphan"])
    static let unknown = MediaType("application/vnd.example.thing")

    /// Every case also has an image that nothing names.
    init(_ why: String, roots: [Descriptor], _ add: (inout GarbageCase) -> Void) {
        self.why = why
        for (name, bytes) in SampleFiles.layout([], roots: roots) { files[name] = bytes }
        for (name, bytes) in SampleFiles.blobs([Self.orphan]) {
            files[name] = bytes
            garbage.insert(name)
        }
        add(&self)
    }

    mutating func keep(_ images: SampleImage...) {
        for (name, bytes) in SampleFiles.blobs(images) { keep(bytes, as: name) }
    }

    mutating func keep(_ documents: any SampleBlob...) { for document in documents { put(document) } }

    mutating func lose(_ document: any SampleBlob) { garbage.insert(put(document)) }

    private mutating func keep(_ bytes: [UInt8], as name: String) {
        files[name] = bytes
        garbage.remove(name)
    }

    @discardableResult
    private mutating func put(_ document: any SampleBlob) -> String {
        let name = "blobs/\(document.digest.algorithm.rawValue)/\(document.digest.hex)"
        files[name] = document.bytes
        return name
    }

    /// A document or blob whose bytes are this text.
    static func content(
        _ text: String, _ type: MediaType = unknown, _ algorithm: Digest.Algorithm = .sha256
    ) -> SampleContent {
        SampleContent(Array(text.utf8), mediaType: type, algorithm: algorithm)
    }

    static func text(_ descriptor: Descriptor) -> String { String(decoding: descriptor.json.bytes, as: UTF8.self) }

    /// An artifact that refers to `subject`.
    static func referrer(of subject: any SampleBlob, _ layer: any SampleBlob) -> SampleContent {
        content(
            #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","config":\#(text(empty.descriptor)),"#
                + #""layers":[\#(text(layer.descriptor))],"subject":\#(text(subject.descriptor))}"#, .ociManifest)
    }

    static let empty = content("{}", MediaType("application/vnd.oci.empty.v1+json"))
}

extension GarbageCase {
    static let all: [GarbageCase] = images + artifacts + odd

    private static let images: [GarbageCase] = [
        GarbageCase("an image", roots: [image.entry(name: "a:1")]) { $0.keep(image) },
        GarbageCase("an unnamed image", roots: [image.entry()]) { $0.keep(image) },
        {
            let inner = SampleImage.index([image.entry("linux/amd64")])
            let outer = SampleImage.index([inner.descriptor])
            return GarbageCase("indexes in indexes", roots: [SampleImage.entry(outer, name: "a:1")]) {
                $0.keep(image)
                $0.keep(inner, outer)
            }
        }(),
        {
            let other = SampleImage("linux/arm64", content: ["two", "three"])
            return GarbageCase("a layer that garbage shares", roots: [image.entry(name: "a:1")]) {
                $0.keep(image)
                $0.lose(other.manifest)
                $0.lose(other.config)
                $0.lose(content("three"))
            }
        }(),
        {
            let image = SampleImage("linux/amd64", layerType: .dockerLayer, isDocker: true)
            let list = SampleImage.index([image.entry("linux/amd64")], type: .dockerList)
            return GarbageCase("docker's media types", roots: [SampleImage.entry(list, name: "a:1")]) {
                $0.keep(image)
                $0.keep(list)
            }
        }(),
        {
            let image = SampleImage("windows/amd64", layerType: .dockerForeignLayer, isDocker: true)
            return GarbageCase("foreign layers that are present", roots: [image.entry(name: "a:1")]) { $0.keep(image) }
        }(),
        {
            let absent = SampleImage("linux/arm64", content: ["absent"])
            let index = SampleImage.index([image.entry("linux/amd64"), absent.entry("linux/arm64")])
            return GarbageCase("children that are absent", roots: [SampleImage.entry(index, name: "a:1")]) {
                $0.keep(image)
                $0.keep(index)
            }
        }(),
        GarbageCase("layers that are absent", roots: [image.entry(name: "a:1")]) {
            $0.keep(image.config, image.manifest)
        },
        {
            let attestation = SampleImage.attestation(of: image)
            let index = SampleImage.index([image.entry("linux/amd64"), attestation.entry])
            return GarbageCase("attestations", roots: [SampleImage.entry(index, name: "a:1")]) {
                $0.keep(image, attestation.image)
                $0.keep(index)
            }
        }(),
        {
            let config = content(#"{"os":"linux","architecture":"amd64"}"#, .ociConfig, .sha512)
            let layer = content("layer", .ociLayer, .sha512)
            let manifest = content(
                #"{"schemaVersion":2,"config":\#(text(config.descriptor)),"layers":[\#(text(layer.descriptor))]}"#,
                .ociManifest, .sha512)
            return GarbageCase("digests by SHA-512", roots: [SampleImage.entry(manifest, name: "a:1")]) {
                $0.keep(config, layer, manifest)
                $0.lose(content("unneeded", unknown, .sha512))
            }
        }(),
        {
            var entry = image.entry(name: "a:1")
            entry.mediaType = MediaType("")
            return GarbageCase("a descriptor without media type", roots: [entry]) { $0.keep(image) }
        }(),
    ]

    private static let artifacts: [GarbageCase] = {
        let (sbom, signature) = (content("sbom"), content("signature"))
        let referrer = Self.referrer(of: image.manifest, sbom)
        let second = Self.referrer(of: referrer, signature)
        let stray = Self.referrer(of: orphan.manifest, content("stray"))
        let index = content(
            #"{"schemaVersion":2,"manifests":[],"subject":\#(text(image.descriptor))}"#, .ociIndex)
        return [
            GarbageCase("a referrer of an image that no index names", roots: [image.entry(name: "a:1")]) {
                $0.keep(image)
                $0.keep(referrer, empty, sbom)
                $0.lose(content("stray"))
                $0.lose(stray)
            },
            GarbageCase("a referrer of a referrer", roots: [image.entry(name: "a:1")]) {
                $0.keep(image)
                $0.keep(second, signature, referrer, empty, sbom)
            },
            GarbageCase("the subject of a named artifact", roots: [SampleImage.entry(second, name: "a:1")]) {
                $0.keep(image)
                $0.keep(second, signature, referrer, empty, sbom)
            },
            GarbageCase("the subject of an index", roots: [SampleImage.entry(index, name: "a:1")]) {
                $0.keep(image)
                $0.keep(index)
            },
        ]
    }()

    private static let odd: [GarbageCase] = {
        let blob = content("blob")
        let artifact = content(
            #"{"mediaType":"application/vnd.oci.artifact.manifest.v1+json","blobs":[\#(text(blob.descriptor))],"#
                + #""subject":\#(text(image.descriptor))}"#,
            MediaType("application/vnd.oci.artifact.manifest.v1+json"))
        let list = content(#" {"Manifests":[\#(text(image.descriptor).replacing("digest", with: "Digest"))]}"#)
        let holder = referrer(of: list, list)
        let config = content(#"{"config":\#(text(blob.descriptor))}"#)
        return [
            GarbageCase("an artifact manifest of OCI 1.1-rc", roots: [SampleImage.entry(artifact)]) {
                $0.keep(image)
                $0.keep(artifact, blob)
            },
            GarbageCase("a list of unknown kind with members in another case", roots: [SampleImage.entry(list)]) {
                $0.keep(image)
                $0.keep(list)
            },
            GarbageCase("a list that is the layer of an artifact", roots: [SampleImage.entry(holder)]) {
                $0.keep(image)
                $0.keep(holder, list, empty)
            },
            GarbageCase("an unknown document with a config", roots: [SampleImage.entry(config)]) {
                $0.keep(config, blob)
            },
            GarbageCase("content instead of a document", roots: [SampleImage.entry(blob)]) { $0.keep(blob) },
            GarbageCase("files that are not blobs", roots: [image.entry(name: "a:1")]) {
                $0.keep(image)
                $0.files["blobs/sha256/unfinished"] = [1]
                $0.files["blobs/sha256/\(String(repeating: "A", count: 64))"] = [2]
                $0.files["blobs/md5/\(String(repeating: "a", count: 32))"] = [3]
                $0.files["ingest/x"] = [4]
                $0.files[String(repeating: "a", count: 64)] = [5]
            },
            GarbageCase("blobs that manifest.json names", roots: []) {
                // The manifest too: an engine leaves it out of index.json if the image has no name.
                $0.keep(image)
                let layers = image.layers.map { #""blobs/sha256/\#($0.descriptor.digest.hex)""# }
                $0.files["manifest.json"] = Array(
                    (#"[{"Config":"blobs/sha256/\#(image.config.digest.hex)","#
                        + #""Layers":[\#(layers.joined(separator: ","))]}]"#)
                        .utf8)
            },
            GarbageCase("an empty layout", roots: []) { _ in },
        ]
    }()
}
