import Foundation
import TestSupport
import Testing

/// `--annotation` adds annotations to the named documents and changes nothing else.
@Suite("Annotations")
struct AnnotationTests {
    static let pair = ["docker20/hello-amd64.tar", "docker20/hello-s390x.tar"]

    /// The index of the result and its two manifests, amd64 first.
    static func documents(_ out: String) throws -> (index: [String: Any], manifests: [[String: Any]]) {
        func json(_ digest: String) throws -> [String: Any] {
            let path = "\(out)/blobs/sha256/\(digest.dropFirst("sha256:".count))"
            let value = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
            return try #require(value as? [String: Any])
        }
        let layout = try soundLayout(out)
        let top = try #require(layout.entries.first)
        let index = try json(top.digest)
        let entries = try #require(index["manifests"] as? [[String: Any]])
        return (index, try entries.map { try json(try #require($0["digest"] as? String)) })
    }

    static func annotations(_ value: [String: Any]) -> [String: String] {
        value["annotations"] as? [String: String] ?? [:]
    }

    @Test("annotations are added to index, manifests and descriptors, for all platforms or for one")
    func places() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(
            ocimerge(
                Self.pair[0], Self.pair[1], "-q", "-o", out, "--annotation", "a=1", "--annotation", "index:b=x=y",
                "--annotation", "manifest:c=3", "--annotation", "manifest[linux/s390x]:d=4", "--annotation",
                "descriptor[linux/amd64]:e=5", "--annotation", "descriptor:f="))
        let (index, manifests) = try Self.documents(out)
        #expect(Self.annotations(index) == ["a": "1", "b": "x=y"])
        #expect(manifests.map(Self.annotations) == [["c": "3"], ["c": "3", "d": "4"]])
        let entries = try #require(index["manifests"] as? [[String: Any]])
        #expect(entries.map(Self.annotations) == [["e": "5", "f": ""], ["f": ""]])
    }

    @Test("a copied index is edited and keeps its entries")
    func copiedIndex() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("buildah1/multiarch.oci-dir", "-q", "--annotation", "index:k=v", "-o", out))
        let (index, manifests) = try Self.documents(out)
        #expect(Self.annotations(index) == ["k": "v"])
        #expect(manifests.count == 4)
    }

    @Test(
        "a malformed annotation is a usage error",
        arguments: ["x", "=v", "manifests[linux/amd64]:k=v", "manifest[a b]:k=v", "index:"])
    func refuses(_ text: String) throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge(Self.pair[0], "--annotation", text, "-o", directory.path("out")),
            "'\(text)' is not an annotation; write [index:|manifest[PLATFORM]:|descriptor[PLATFORM]:]KEY=VALUE",
            status: 2)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("an absent platform is named")
    func absentPlatform() throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge(Self.pair[0], "--annotation", "manifest[linux/arm64]:k=v", "-o", directory.path("out")),
            "no image for linux/arm64 in the sources; they hold linux/amd64")
    }
}
