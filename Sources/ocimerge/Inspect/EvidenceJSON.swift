internal import ImageAudit
internal import ImageModel

/// What executables say, for machines; null where they were not asked.
enum EvidenceJSON {
    static func text(_ evidence: Evidence?, platform: Platform?) -> JSONText {
        guard let evidence else { return .null }
        switch evidence.verdict(on: platform) {
        case .agrees(let witness): return self.witness(witness, verdict: "agrees", platform)
        case .contradicts(let witness):
            return self.witness(witness, verdict: "contradicts", evidence.platform(claimed: platform))
        case .silent(let silence):
            return .object([("verdict", .string("none")), ("reason", .string(reason(silence)))])
        }
    }

    private static func witness(_ witness: Evidence.Witness, verdict: String, _ platform: Platform?) -> JSONText {
        .object([
            ("verdict", .string(verdict)),
            ("platform", platform.map { .string($0.description) } ?? .null),
            ("path", .string(witness.path)),
            ("layer", .string(witness.layer.description)),
            ("basis", .string(basis(witness.role))),
            ("machine", .string(witness.machine.name)),
            ("level", witness.machine.level.map { .integer(Int64($0)) } ?? .null),
        ])
    }

    private static func basis(_ role: Evidence.Witness.Role) -> String {
        switch role {
        case .entrypoint: "entrypoint"
        case .loader: "loader"
        case .majority: "majority"
        case .elsewhere: "programs"
        }
    }

    private static func reason(_ silence: Evidence.Silence) -> String {
        switch silence {
        case .noExecutables: "no executables"
        case .mixed: "executables of several architectures"
        case .undecided: "not conclusive"
        case .unreadable: "layers absent or unreadable"
        }
    }
}
