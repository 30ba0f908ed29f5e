import Testing

@testable import ByteIO

/// The memory for the survey of an archive is bounded, also for an archive made to exhaust it.
struct TarSurveyTests {
    static let megabyte = String(repeating: "n", count: 1 << 20)

    static func add(_ member: (Int) -> (name: String, kind: TarMember.Kind), count: Int) throws {
        var survey = TarSurvey(edits: [], path: "p")
        for number in 0..<count {
            let (name, kind) = member(number)
            try survey.add(TarMember(name: name, kind: kind, size: 0, dataOffset: 512), TarFrame())
        }
    }

    @Test func targetsOfLinksAreCounted() throws {
        try Self.add({ ("\($0)", .hardLink(Self.megabyte)) }, count: 127)
        #expect(throws: TarEditError.tar(.tooManyMembers(path: "p", limit: 127))) {
            try Self.add({ ("\($0)", .hardLink(Self.megabyte)) }, count: 129)
        }
    }

    @Test func namesAboveTheLimitAreNotKept() throws {
        try Self.add({ (Self.megabyte + "\($0)", .file) }, count: 200)
    }

    @Test func manyMembersAreTooMany() throws {
        #expect(throws: TarEditError.tar(.tooManyMembers(path: "p", limit: 1_000_000))) {
            try Self.add({ _ in ("x", .file) }, count: 1_000_001)
        }
    }

    @Test func anIndexCountsTargetsToo() throws {
        var index = MemberIndex(path: "p")
        for number in 0..<127 { try index.add("\(number)", .symbolicLink(Self.megabyte)) }
        #expect(throws: TarError.tooManyMembers(path: "p", limit: 127)) {
            try index.add("one more", .hardLink(Self.megabyte))
        }
    }
}
