import ByteIO
import ImageModel
import Registry
import Synchronization
import TestSupport
import Testing

@testable import ImageSources

/// Requests are retried in one layer only. From source to transport no request exceeds its attempts.
struct RegistryAttemptsTests {
    typealias Answer = ScriptedTransport.Answer

    static let image = SampleImage("linux/amd64")

    private static func count(_ script: @escaping ScriptedTransport.Script) -> (paths: [String], failure: String?) {
        let transport = ScriptedTransport(script)
        let failure = Opening.failure { _ = try RegistryImageTests.open(":1", transport) }
        return (SampleRegistry.paths(transport), failure)
    }

    static let faults: [(NetworkFault, Int)] = [
        (.unresolvedHost, 2), (.unanswered("x"), 2), (.stalled(seconds: 60), 2), (.slow(seconds: 60), 2),
        (.notConnected("refused"), 5), (.broken("reset"), 5), (.tls("self-signed"), 1),
    ]

    @Test(arguments: faults) func anUnreachableRegistry(fault: NetworkFault, attempts: Int) {
        let (paths, failure) = Self.count { request throws(IOFailure) in
            throw IOFailure(.receive, request.address.shown, .network(fault))
        }
        #expect(paths == ["manifests/1"] + Array(repeating: "/v2/", count: attempts - 1))
        #expect(failure?.contains("network") == true)
    }

    @Test(arguments: faults) func aRegistryThatAnswersOnlyTheProbe(fault: NetworkFault, attempts: Int) {
        let (paths, failure) = Self.count { request throws(IOFailure) in
            if request.address.path == "/v2/" { return Answer(200) }
            throw IOFailure(.receive, request.address.shown, .network(fault))
        }
        // After a failure that is final no probe follows.
        #expect(paths == Self.attempts(attempts, probes: attempts > 1))
        #expect(failure != nil)
    }

    /// The requests for a manifest; the probe follows the first.
    private static func attempts(_ count: Int, probes: Bool) -> [String] {
        ["manifests/1"] + (probes ? ["/v2/"] : []) + Array(repeating: "manifests/1", count: count - 1)
    }

    static var manifest: Answer {
        Answer(200, [("Content-Type", MediaType.ociManifest.rawValue)], image.manifest.bytes)
    }

    private static func broken(_ answer: Answer) -> Answer {
        var answer = answer
        answer.failure = IOFailure(.receive, "x", .network(.broken("reset")))
        return answer
    }

    static let answers: [(String, Answer, Int)] = [
        ("a manifest that breaks off", broken(manifest), 5), ("a server error", Answer(503), 5),
        ("too many requests", Answer(429), 5), ("a time too far away", Answer(429, [("Retry-After", "3600")]), 1),
        ("a refusal", Answer(400), 1), ("nothing", Answer(404), 1),
    ]

    @Test(arguments: answers.indices) func anUnreadableManifest(_ number: Int) {
        let (why, answer, attempts) = Self.answers[number]
        let (paths, failure) = Self.count { $0.address.path == "/v2/" ? Answer(200) : answer }
        // A manifest that breaks off shows already that the registry demands no credentials. After 429 nothing is asked.
        #expect(paths == Self.attempts(attempts, probes: ![200, 429].contains(answer.status)), "\(why)")
        #expect(failure != nil, "\(why)")
    }

    /// An absent config is an error only when it is needed.
    @Test func anUnreadableConfig() {
        let config = "blobs/\(Self.image.config.digest)"
        for (answer, attempts) in [(Self.broken(Answer(200)), 5), (Answer(503), 5), (Answer(404), 1)] {
            let (paths, failure) = Self.count { request in
                if request.address.path == "/v2/" { return Answer(200) }
                return request.address.path.contains("/manifests/") ? Self.manifest : answer
            }
            // A registry may hide the config from requests without credentials.
            let probe = answer.status == 404 ? ["/v2/"] : []
            #expect(paths == ["manifests/1"] + Array(repeating: config, count: attempts) + probe)
            #expect((failure == nil) == (answer.status == 404))
        }
    }
}
