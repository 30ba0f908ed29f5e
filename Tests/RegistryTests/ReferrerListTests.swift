import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// Referrers are read from all pages of the API, or from the referrers tag.
struct ReferrerListTests {
    typealias Answer = ScriptedTransport.Answer

    static let subject = Digest(of: Array("subject".utf8))
    static let signatures = (0..<3).map { SampleImage("linux/amd64", content: ["\($0)"]).descriptor }
    static let list = "/v2/app/referrers/\(subject)"
    static let tag = "/v2/app/manifests/sha256-\(subject.hex)"

    private static func index(_ entries: [Descriptor]) -> [UInt8] { SampleImage.index(entries).bytes }

    private static func asked(
        _ answers: [String: Answer], of subjects: [Digest] = [subject]
    ) throws -> (result: Result<[Descriptor], RegistryError>, paths: [String]) {
        let transport = ScriptedTransport { request in
            let address = request.address
            if address.path == "/v2/" { return Answer(200) }
            return answers[address.path + (address.query.map { "?" + $0 } ?? "")] ?? Answer(404)
        }
        let access = RegistryAccess(RegistryOptions(backoff: Backoff(ScriptedTime()))) { transport.connecting($0) }
        let name = try #require(RepositoryName(parsing: "registry.example/app"))
        let result = Result { () throws(RegistryError) in
            var found: [Descriptor] = []
            // Each with its own client, as for several sources of one command.
            for subject in subjects { found += try access.repository(name).referrers(of: subject) }
            return found
        }
        return (result, transport.requests.map(\.address.path).filter { $0 != "/v2/" })
    }

    @Test func allPagesAreRead() throws {
        let (result, paths) = try Self.asked([
            Self.list: Answer(200, [("Link", "<\(Self.list)?last=1>; rel=\"next\"")], Self.index([Self.signatures[0]])),
            Self.list + "?last=1": Answer(
                200, [("Link", "<https://registry.example\(Self.list)?last=2>; rel=next")],
                Self.index([Self.signatures[1]])),
            Self.list + "?last=2": Answer(200, [("Link", "<x>; rel=\"first\"")], Self.index([Self.signatures[2]])),
        ])
        #expect(try result.get() == Self.signatures)
        #expect(paths == [Self.list, Self.list, Self.list])
    }

    @Test(arguments: [400, 404, 405])
    func theTagIsReadIfTheAPIIsAbsent(_ status: Int) throws {
        let (result, paths) = try Self.asked([
            Self.list: Answer(status), Self.tag: Answer(200, [], Self.index(Self.signatures)),
        ])
        #expect(try result.get() == Self.signatures)
        #expect(paths == [Self.list, Self.tag])
        #expect(try Self.asked([Self.list: Answer(status)]).result.get() == [])
    }

    static let other = Digest(of: Array("other".utf8))

    /// 404 and 405 mean that the API is absent; 400 may concern the digest alone.
    @Test(arguments: [(404, false), (405, false), (400, true)])
    func theAbsentAPIIsRequestedOncePerRepository(_ status: Int, _ isAskedAgain: Bool) throws {
        let second = "/v2/app/referrers/\(Self.other)"
        let (result, paths) = try Self.asked(
            [
                Self.list: Answer(status), second: Answer(status),
                Self.tag: Answer(200, [], Self.index([Self.signatures[0]])),
                "/v2/app/manifests/sha256-\(Self.other.hex)": Answer(200, [], Self.index([Self.signatures[1]])),
            ], of: [Self.subject, Self.other])
        #expect(try result.get() == Array(Self.signatures[..<2]))
        let tags = [Self.tag, "/v2/app/manifests/sha256-\(Self.other.hex)"]
        #expect(paths == [Self.list, tags[0]] + (isAskedAgain ? [second] : []) + [tags[1]])
    }

    /// distribution-spec: the tag has at most 64 digits of the digest, and a tag has at most 128 characters.
    @Test func theTagOfALongDigestIsTruncated() throws {
        let subject = Digest(of: Array("subject".utf8), algorithm: .sha512)
        let tag = "/v2/app/manifests/sha512-\(subject.hex.prefix(64))"
        let (result, paths) = try Self.asked([tag: Answer(200, [], Self.index(Self.signatures))], of: [subject])
        #expect(try result.get() == Self.signatures)
        #expect(paths == ["/v2/app/referrers/\(subject)", tag])
    }

    /// The query may hold a token.
    @Test func errorsOmitTheQueryOfALink() throws {
        let (result, _) = try Self.asked([
            Self.list: Answer(200, [("Link", "<https://evil.example/x?t=secret>; rel=\"next\"")], Self.index([]))
        ])
        #expect(
            throws: RegistryError.unusableHeader(
                .init(.list, "registry.example/app@\(Self.subject)"), name: "Link", value: "https://evil.example/x")
        ) { try result.get() }
    }

    /// Another server could receive credentials or send a false list.
    @Test(arguments: ["https://evil.example/x", "http://registry.example/x", "//evil.example/x"])
    func pagesOfOtherOriginsAreRefused(_ target: String) throws {
        let (result, paths) = try Self.asked([
            Self.list: Answer(200, [("Link", "<\(target)>; rel=\"next\"")], Self.index([]))
        ])
        #expect(throws: RegistryError.self) { try result.get() }
        #expect(paths == [Self.list])
    }

    @Test func moreThanAHundredPagesAreRefused() throws {
        let (result, paths) = try Self.asked([
            Self.list: Answer(200, [("Link", "<\(Self.list)>; rel=\"next\"")], Self.index([]))
        ])
        #expect(throws: RegistryError.self) { try result.get() }
        #expect(paths.count == 100)
    }

    @Test(arguments: [Answer(403), Answer(501), Answer(200, [], "[]"), Answer(200, [], "{}")])
    func otherResponsesAreErrors(_ answer: Answer) {
        #expect(throws: RegistryError.self) { try Self.asked([Self.list: answer]).result.get() }
    }
}
