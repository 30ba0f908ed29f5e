import ByteIO
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// The tags of a repository are read from all pages of the API.
struct TagListTests {
    typealias Answer = ScriptedTransport.Answer

    static let list = "/v2/app/tags/list"
    static let first = list + "?n=1000"
    private static let operation = RegistryError.Operation(.tags, "registry.example/app")

    private static func page(_ tags: [String], next: String? = nil) -> Answer {
        let text = tags.map { "\"\($0)\"" }.joined(separator: ",")
        return Answer(
            200, next.map { [("Link", "<\($0)>; rel=\"next\"")] } ?? [], "{\"name\":\"app\",\"tags\":[\(text)]}")
    }

    private static func asked(
        _ answer: @escaping @Sendable (String) -> Answer
    ) throws -> (result: Result<[String], RegistryError>, addresses: [String]) {
        let registry = ScriptedRegistry { request in
            let address = request.address
            return address.path == "/v2/" ? Answer(200) : answer(address.path + (address.query.map { "?" + $0 } ?? ""))
        }
        let client = try registry.repository()
        let result = Result { () throws(RegistryError) in try client.tags() }
        let addresses = registry.transport.requests.map(\.address).filter { $0.path != "/v2/" }
        return (result, addresses.map { $0.path + ($0.query.map { "?" + $0 } ?? "") })
    }

    private static func asked(
        _ answers: [String: Answer]
    ) throws -> (result: Result<[String], RegistryError>, addresses: [String]) {
        try asked { answers[$0] ?? Answer(404) }
    }

    @Test func allPagesAreReadAndRepeatedTagsAreListedOnce() throws {
        let (result, addresses) = try Self.asked([
            Self.first: Self.page(["2", "1"], next: "\(Self.list)?n=1000&last=1"),
            Self.list + "?n=1000&last=1": Self.page(["1", "3"], next: "https://registry.example\(Self.list)?last=3"),
            Self.list + "?last=3": Answer(
                200, [("Link", "<x>; rel=\"first\", <y>; rel=prev")], #"{"tags":["4"]}"#),
        ])
        #expect(try result.get() == ["2", "1", "3", "4"])
        #expect(addresses == [Self.first, Self.list + "?n=1000&last=1", Self.list + "?last=3"])
    }

    @Test(arguments: [
        "<x?a,b>; title=\"one, two\"; rel=\"next\"", "<y>; rel=\"prev\", <x?a,b>; rel=NEXT", "<x?a,b>;rel=next;k=v",
    ])
    func theNextPageIsFoundInEveryFormOfLink(_ link: String) throws {
        let (result, _) = try Self.asked([
            Self.first: Answer(200, [("Link", link)], #"{"tags":["1"]}"#),
            "/v2/app/tags/x?a,b": Self.page(["2"]),
        ])
        #expect(try result.get() == ["1", "2"])
    }

    @Test(arguments: [#"{"tags":null}"#, #"{"name":"app","tags":[]}"#])
    func aRepositoryMayHaveNoTags(_ body: String) throws {
        #expect(try Self.asked([Self.first: Answer(200, [], body)]).result.get() == [])
    }

    @Test func anAbsentRepositoryIsAnError() throws {
        let (result, _) = try Self.asked([:])
        #expect(throws: RegistryError.notFound(Self.operation)) { try result.get() }
    }

    @Test(arguments: ["https://evil.example/x?t=secret", "http://registry.example/x", "//evil.example/x"])
    func pagesOfOtherOriginsAreRefused(_ target: String) throws {
        let (result, addresses) = try Self.asked([Self.first: Self.page(["1"], next: target)])
        #expect(
            throws: RegistryError.unusableHeader(
                Self.operation, name: "Link", value: String(target.prefix { $0 != "?" }))
        ) { try result.get() }
        #expect(addresses == [Self.first])
    }

    @Test func pagesThatFormALoopAreRefused() throws {
        let (result, addresses) = try Self.asked([
            Self.first: Self.page(["1"], next: "?last=1"), Self.list + "?last=1": Self.page(["2"], next: Self.first),
        ])
        #expect(throws: RegistryError.malformedAnswer(Self.operation, "its pages form a loop")) { try result.get() }
        #expect(addresses.count == 2)
    }

    @Test func anEndlessListIsRefused() throws {
        let count = Atomic(0)
        let (result, addresses) = try Self.asked { _ in
            Self.page([], next: "?last=\(count.add(1, ordering: .relaxed).newValue)")
        }
        #expect(throws: RegistryError.malformedAnswer(Self.operation, "more than 10000 pages")) { try result.get() }
        #expect(addresses.count == 10_000)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"tags":{}}"#, #"{"tags":[1]}"#, #"{"tags":["a b"]}"#, #"{"tags":["\u001b[2J"]}"#,
    ])
    func otherAnswersAreErrors(_ body: String) throws {
        let (result, _) = try Self.asked([Self.first: Answer(200, [], body)])
        #expect(throws: RegistryError.self) { try result.get() }
    }

    @Test func aPageHasALimitedSize() throws {
        let body = Array("{\"tags\":[]".utf8) + [UInt8](repeating: 0x20, count: TagList.pageLimit)
        let (result, _) = try Self.asked([Self.first: Answer(200, [], body)])
        #expect(throws: RegistryError.tooLarge(Self.operation, limit: TagList.pageLimit)) { try result.get() }
    }

    @Test func twoHundredThousandTagsAreReadInLinearTime() throws {
        func duration(of pages: Int) throws -> Duration {
            try ContinuousClock().measure {
                let (result, _) = try Self.asked { address in
                    let number = Int(address.drop { $0 != "=" }.dropFirst().prefix { $0 != "&" }) ?? 0
                    let page = number == 1000 ? 0 : number - 1000
                    let tags = (0..<1000).map { "v\(page).\($0)" }
                    return Self.page(tags, next: page + 1 < pages ? "?n=\(page + 1001)" : nil)
                }
                #expect(try result.get().count == pages * 1000)
            }
        }
        _ = try duration(of: 1)
        let (few, many) = (try duration(of: 20), try duration(of: 200))
        #expect(many < few * 30 + .seconds(1), "20 pages took \(few), 200 pages \(many)")
    }
}
