import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// A manifest counts as written when the registry has confirmed it.
struct ManifestPutTests {
    typealias Answer = ScriptedTransport.Answer

    static let document = Document.sample(
        Array(#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#.utf8),
        mediaType: .ociIndex)
    static let digest = document.digest.description
    static let other = "sha256:" + String(repeating: "0", count: 64)
    static let own512 = Digest(of: document.bytes, algorithm: .sha512).description
    static let sha512 = "sha512:" + String(repeating: "0", count: 128)

    /// The digest that the responses to PUT, to HEAD of the tag and to HEAD of the digest state: empty for none, `nil` for
    /// 404.
    struct Case: Sendable {
        let why: String
        let put: String
        var tag: String?
        var digest: String?
        /// The requests after PUT by tag, and after PUT by digest.
        let byTag: [String]
        let byDigest: [String]
        var fails = false
        var failsByDigest = false
    }

    static let cases: [Case] = [
        Case(why: "the response states the digest", put: digest, byTag: [], byDigest: []),
        Case(
            why: "the response states no digest", put: "", tag: digest, digest: digest, byTag: ["HEAD 1.0"],
            byDigest: ["HEAD \(digest)"]),
        Case(
            why: "the response states another algorithm", put: sha512, tag: sha512, digest: sha512,
            byTag: ["HEAD 1.0", "HEAD \(digest)"], byDigest: ["HEAD \(digest)"]),
        Case(
            why: "the response states our digest of another algorithm", put: own512, tag: own512, digest: own512,
            byTag: [], byDigest: ["HEAD \(digest)"]),
        Case(
            why: "the tag is served by our digest of another algorithm", put: "", tag: own512, byTag: ["HEAD 1.0"],
            byDigest: ["HEAD \(digest)"], failsByDigest: true),
        Case(
            why: "no response states a digest", put: "", tag: "", digest: "", byTag: ["HEAD 1.0", "HEAD \(digest)"],
            byDigest: ["HEAD \(digest)"]),
        Case(
            why: "the manifest is absent", put: "", byTag: ["HEAD 1.0"], byDigest: ["HEAD \(digest)"], fails: true),
        Case(
            why: "the tag leads to a manifest, and ours is absent", put: sha512, tag: sha512,
            byTag: ["HEAD 1.0", "HEAD \(digest)"], byDigest: ["HEAD \(digest)"], fails: true),
        Case(why: "the response states another digest", put: other, byTag: [], byDigest: [], fails: true),
        Case(
            why: "the tag leads to another manifest", put: "", tag: other, digest: other, byTag: ["HEAD 1.0"],
            byDigest: ["HEAD \(digest)"], fails: true),
    ]

    @Test(arguments: cases.indices, [true, false])
    func aManifestIsConfirmed(_ number: Int, _ isTag: Bool) throws {
        let row = Self.cases[number]
        let registry = ScriptedRegistry { request in
            func answer(_ status: Int, _ stated: String?) -> Answer {
                guard let stated else { return Answer(404) }
                return Answer(status, stated.isEmpty ? [] : [("Docker-Content-Digest", stated)])
            }
            if request.address.path == "/v2/" { return Answer(200) }
            if request.method == .put { return answer(201, row.put) }
            return answer(200, request.address.path.hasSuffix("/1.0") ? row.tag : row.digest)
        }
        let client = try registry.repository()
        let outcome = Result { try client.put(Self.document, as: isTag ? .tag("1.0") : .digest(Self.document.digest)) }
        let fails = row.fails || row.failsByDigest && !isTag
        #expect((try? outcome.get()) != nil || fails, "\(row.why): \(outcome)")
        #expect((try? outcome.get()) == nil || !fails, "\(row.why)")
        let isOther = isTag && [row.put, row.tag].contains(Self.own512)
        #expect((try? outcome.get())?.served?.description == (isOther ? Self.own512 : nil), "\(row.why)")
        let target = isTag ? "1.0" : Self.digest
        let lines = registry.transport.lines.dropFirst().map {
            $0.replacing("https://registry.example/v2/app/manifests/", with: "")
        }
        #expect(lines == ["PUT \(target)"] + (isTag ? row.byTag : row.byDigest), "\(row.why)")
    }

    @Test func errorsNameTheManifestAndBothDigests() throws {
        for (stated, error) in [
            (Self.other, RegistryError.wrongDigest(Self.operation, expected: Self.document.digest, found: Self.other)),
            ("", .unconfirmed(Self.operation)),
        ] {
            let registry = ScriptedRegistry { request in
                request.method == .put
                    ? Answer(201, stated.isEmpty ? [] : [("Docker-Content-Digest", stated)])
                    : Answer(request.method == .get ? 200 : 404)
            }
            let client = try registry.repository()
            #expect(throws: error) { _ = try client.put(Self.document, as: .tag("1.0")) }
        }
    }

    private static let operation = RegistryError.Operation(.write, "registry.example/app:1.0")
}
