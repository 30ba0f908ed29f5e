import ByteIO
import Testing

@testable import Registry

/// `WWW-Authenticate` headers are parsed as RFC 9110 defines them. Malformed challenges are ignored.
@Suite struct ChallengeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let promise: String
        let headers: [String]
        let found: [Challenge]
        var testDescription: String { promise }

        init(_ promise: String, _ headers: String..., is found: [Challenge]) {
            self.promise = promise
            self.headers = headers
            self.found = found
        }
    }

    static func bearer(_ realm: String, _ service: String? = nil, _ scope: String = "") -> Challenge {
        .bearer(realm: realm, service: service, scope: scope)
    }

    static let cases: [Case] = [
        Case("none", is: []),
        Case("an empty one", "", is: []),
        Case("Basic with a realm", #"Basic realm="Registry Realm""#, is: [.basic]),
        Case("Basic alone", "Basic", is: [.basic]),
        Case(
            "the form of docker's registry",
            #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
            is: [bearer("https://auth.docker.io/token", "registry.docker.io", "repository:a/b:pull,push")]),
        Case(
            "names in any case, blanks around everything",
            "bEARER   REALM = \"https://a/\" ,\tSeRvice=\"s\"  ", is: [bearer("https://a/", "s")]),
        Case("without quotes", "Bearer realm=https://a/token,service=s", is: [bearer("https://a/token", "s")]),
        Case(
            "quotes and backslashes within quotes", #"Bearer realm="https://a/",service="\"a\\b\", c""#,
            is: [bearer("https://a/", #""a\b", c"#)]),
        Case(
            "two in one header", #"Basic realm="x, y", Bearer realm="https://a/",service="s""#,
            is: [.basic, bearer("https://a/", "s")]),
        Case(
            "Basic without parameters before another", #"Basic, Bearer realm="https://a/""#,
            is: [.basic, bearer("https://a/")]),
        Case("two headers", #"Bearer realm="https://a/""#, "Basic realm=x", is: [bearer("https://a/"), .basic]),
        Case("a scheme with a value", "Negotiate YII+/a==, Basic realm=x", is: [.other("Negotiate"), .basic]),
        Case("a scheme with a value without padding", "NTLM abc", is: [.other("NTLM")]),
        Case(
            "several scopes", #"Bearer realm="https://a/",scope="repository:a:pull repository:b:pull""#,
            is: [bearer("https://a/", nil, "repository:a:pull repository:b:pull")]),
        Case(
            "the same twice", #"Bearer realm="https://a/",realm="https://a/""#, is: [bearer("https://a/")]),
        Case(
            "two realms are ambiguous, so the challenge is ignored",
            #"Bearer realm="https://a/",realm="https://b/", Basic realm="x""#, is: [.basic]),
        Case("empty elements", #", ,Bearer ,realm="https://a/",,service="s","#, is: [bearer("https://a/", "s")]),
        Case("a quoted text without its end", #"Bearer realm="https://a/"#, is: [bearer("")]),
        Case("no realm", "Bearer", is: [bearer("")]),
        Case("junk", "=\"\\", is: []),
    ]

    @Test(arguments: cases) func challengesAreParsed(_ test: Case) {
        let headers = HTTPHeaders(test.headers.map { ("www-authenticate", $0) })
        #expect(Challenge.all(in: headers) == test.found)
    }

    @Test func parsingEndsForMalformedHeaders() {
        let whole = #"Bearer realm="https://a/\"",service=s, NTLM ab==, Basic realm="x""#
        for count in 0...whole.count {
            for cut in ["", "\"", "=", ",", "\\", " "] {
                _ = Challenge.all(in: HTTPHeaders([("WWW-Authenticate", whole.prefix(count) + cut)]))
            }
        }
    }

    @Test func equivalentScopesAreEqual() throws {
        let one = ScopeSet(parsing: "repository:a:push,pull  registry:catalog:* aws")
        let other = ScopeSet(parsing: "aws repository:a:push repository:a:pull registry:catalog:*")
        #expect(one == other)
        #expect(one.texts == ["aws", "registry:catalog:*", "repository:a:pull,push"])
        #expect(one.covers(ScopeSet(parsing: "repository:a:pull")))
        #expect(!one.covers(ScopeSet(parsing: "repository:a:pull,delete")))
        #expect(!one.covers(ScopeSet(parsing: "repository:b:pull")))
        #expect(one.covers(ScopeSet()))
        #expect(
            ScopeSet([.pull(try name("r.example/a/b")), .push(try name("r.example/a/b"))]).texts == [
                "repository:a/b:pull,push"
            ])
    }
}
