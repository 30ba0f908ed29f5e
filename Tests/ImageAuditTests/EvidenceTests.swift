import ImageAudit
import ImageModel
import Testing

@Suite("Executables confirm or contradict a claimed platform")
struct EvidenceTests {
    static let layer = Digest(of: Array("layer".utf8))

    static func witness(_ machine: Machine, _ role: Evidence.Witness.Role = .entrypoint(through: []))
        -> Evidence.Witness
    {
        Evidence.Witness(machine: machine, path: "/bin/x", layer: layer, role: role)
    }

    struct Case: Sendable {
        let sentence: String
        let machines: [Machine]
        let claimed: String?
        /// The correct platform; `nil` if the claim is correct.
        let truth: String?
    }

    private static func arm(_ variant: String?) -> Machine { Machine(architecture: "arm", variant: variant) }

    static let cases = [
        Case(sentence: "the same", machines: [.init(architecture: "s390x")], claimed: "linux/s390x", truth: nil),
        Case(
            sentence: "another architecture", machines: [.init(architecture: "s390x")], claimed: "linux/amd64",
            truth: "linux/s390x"),
        Case(
            sentence: "no claim", machines: [.init(architecture: "s390x")], claimed: nil,
            truth: "linux/s390x"),
        Case(
            sentence: "an alias is the same", machines: [.init(architecture: "arm64")], claimed: "linux/aarch64",
            truth: nil),
        Case(
            sentence: "a variant that containerd omits", machines: [.init(architecture: "arm64")],
            claimed: "linux/arm64/v8", truth: nil),
        Case(sentence: "an older arm runs on a newer one", machines: [arm("v6")], claimed: "linux/arm/v7", truth: nil),
        Case(
            sentence: "a newer arm does not run on an older one", machines: [arm("v7")], claimed: "linux/arm/v6",
            truth: "linux/arm/v7"),
        Case(sentence: "arm without a variant is v7", machines: [arm("v7")], claimed: "linux/arm", truth: nil),
        Case(
            sentence: "arm without a variant is not v8", machines: [arm("v8")], claimed: "linux/arm",
            truth: "linux/arm/v8"),
        Case(sentence: "a program that states no version", machines: [arm(nil)], claimed: "linux/arm/v6", truth: nil),
        Case(
            sentence: "386 programs alone make a 386 image", machines: [.init(architecture: "386")],
            claimed: "linux/amd64", truth: "linux/386"),
        Case(
            sentence: "386 programs beside amd64 programs",
            machines: [.init(architecture: "386"), .init(architecture: "amd64")],
            claimed: "linux/amd64", truth: nil),
        Case(
            sentence: "386 and amd64 programs in an s390x image",
            machines: [.init(architecture: "386"), .init(architecture: "amd64")], claimed: "linux/s390x",
            truth: "linux/amd64"),
        Case(
            sentence: "an amd64 program in a 386 image", machines: [.init(architecture: "amd64")],
            claimed: "linux/386", truth: "linux/amd64"),
        Case(
            sentence: "no ELF runs on Windows", machines: [.init(architecture: "amd64")],
            claimed: "windows/amd64:10.0.17763.1", truth: "linux/amd64"),
        Case(
            sentence: "Windows programs run on Windows", machines: [.init(os: "windows", architecture: "amd64")],
            claimed: "windows/amd64:10.0.17763.1", truth: nil),
        Case(
            sentence: "the version of the system stays with the system",
            machines: [.init(os: "windows", architecture: "arm64")], claimed: "windows/amd64:10.0.17763.1",
            truth: "windows/arm64:10.0.17763.1"),
        Case(
            sentence: "an ELF file that names FreeBSD", machines: [.init(os: "freebsd", architecture: "amd64")],
            claimed: "linux/amd64", truth: "freebsd/amd64"),
        Case(
            sentence: "an ELF file that names no system leaves it as it is",
            machines: [.init(architecture: "arm64")], claimed: "freebsd/amd64", truth: "freebsd/arm64"),
        Case(
            sentence: "WebAssembly has systems of its own", machines: [.init(architecture: "wasm")],
            claimed: "wasip1/wasm", truth: nil),
        Case(
            sentence: "a name that no engine knows", machines: [.init(architecture: "ppc64le")],
            claimed: "linux/ppc64el", truth: "linux/ppc64le"),
    ]

    @Test("the evidence gives a verdict and a corrected platform", arguments: cases.indices)
    func verdict(_ number: Int) throws {
        let one = Self.cases[number]
        let claimed = try one.claimed.map { try Platform(parsing: $0) }
        let evidence = Evidence(witnesses: one.machines.map { Self.witness($0) })
        guard let truth = one.truth else {
            guard case .agrees = evidence.verdict(on: claimed) else {
                Issue.record("\(one.sentence)")
                return
            }
            #expect(evidence.platform(claimed: claimed) == claimed, "\(one.sentence)")
            return
        }
        guard case .contradicts = evidence.verdict(on: claimed) else {
            Issue.record("\(one.sentence)")
            return
        }
        let corrected = evidence.platform(claimed: claimed)
        #expect(corrected?.description == truth, "\(one.sentence)")
        guard case .agrees = evidence.verdict(on: corrected) else {
            Issue.record("\(one.sentence): the corrected platform must agree")
            return
        }
    }

    @Test("an image without a witness gives no verdict, only a reason")
    func silent() {
        for reason in [Evidence.Silence.noExecutables, .mixed, .undecided, .unreadable] {
            let evidence = Evidence(witnesses: [], silence: reason)
            #expect(evidence.verdict(on: nil) == .silent(reason))
            #expect(evidence.platform(claimed: nil) == nil)
        }
    }
}
