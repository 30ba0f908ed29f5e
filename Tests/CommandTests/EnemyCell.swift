import Foundation
import TestSupport

/// One run of a command against one attack at one stage.
struct EnemyCell: Sendable {
    let command: EnemyCommand
    let attack: EnemyAttack
    let stage: EnemyRegistry.Stage
    /// `nil` for the run without an attack.
    let baseline: EnemyBaseline?

    static let cookie = "c00kie-of-the-enemy"
    /// Seconds after which a run is killed. The longest ones wait for several timeouts, which pass faster.
    private static let seconds = 100
    /// Of all private memory that a process may write: heap and stacks of threads.
    private static let memory = 200_000_000

    var name: String { "\(command.name); \(stage): \(attack.name)" }
    private var isHarmless: Bool {
        attack.causes.isEmpty || attack.harmless.contains(stage) || command.lists && attack.listed.contains(stage)
    }

    /// A run without an attack: the stages that the command passes, and what it leaves.
    static func soundRun(of command: EnemyCommand) throws -> (Set<EnemyRegistry.Stage>, EnemyRemains) {
        let none = EnemyAttack(name: "none", stages: [], causes: []) { _ in nil }
        let cell = EnemyCell(command: command, attack: none, stage: .probe, baseline: nil)
        let setting = try Setting(cell)
        let problems = try cell.problems(try setting.run(cell), setting)
        guard problems.isEmpty else { throw HostileCellError(says: "\(command.name): \(problems)") }
        return (setting.enemy.visited, try cell.remains(setting))
    }

    /// Every difference from the expected result, in a sentence.
    func problems() throws -> [String] {
        let setting = try Setting(self)
        return try problems(try setting.run(self), setting)
    }

    private func problems(_ run: Run, _ setting: Setting) throws -> [String] {
        return try ending(run, setting) + secrets(run, setting) + results(run, setting)
    }

    // MARK: - How the run ends

    private func ending(_ run: Run, _ setting: Setting) -> [String] {
        let isVerify = command.name == "verify"
        let lines = (run.stderr + (isVerify ? run.stdout : "")).split(separator: "\n")
        // A note about kept layers follows the error.
        let errors = lines.filter {
            $0.hasPrefix("ocimerge: ") && !$0.hasPrefix("ocimerge: warning: ") && !$0.hasPrefix("ocimerge: kept ")
                || $0.hasPrefix("  error ")
        }
        let said = "exit \(run.status): \((run.stderr + run.stdout).prefix(600).debugDescription)"
        if isHarmless { return run.status == 0 && errors.isEmpty ? [] : ["not harmless, \(said)"] }
        guard run.status == 1 else { return ["not refused, \(said)"] }
        // `verify` has one line for each layer, below a line with the source.
        guard errors.count == 1 || isVerify && errors.count == 2 else { return ["\(errors.count) errors, \(said)"] }
        var problems: [String] = []
        for error in errors where !attack.causes.contains(where: error.contains) {
            problems.append("another cause, \(said)")
        }
        let names = isVerify ? run.stdout + run.stderr : String(errors[0])
        let isNamed = command.namesDigest && names.contains("of image \(EnemyImage.digest) is absent")
        if !isNamed, !names.contains(setting.enemy.host) { problems.append("the host is not named, \(said)") }
        if run.stderr.utf8.count > 2000 { problems.append("\(run.stderr.utf8.count) bytes of errors") }
        return problems
    }

    // MARK: - Where secrets went

    private func secrets(_ run: Run, _ setting: Setting) -> [String] {
        var problems: [String] = []
        let (enemy, friend) = (setting.enemy.secrets, setting.friend.secrets)
        for secret in enemy + friend where run.stdout.contains(secret) || run.stderr.contains(secret) {
            problems.append("the output shows a secret: \(run.stderr.prefix(300))")
        }
        let places = [
            ("the other server", setting.foreign.requests, enemy + friend),
            ("the attacking registry", setting.enemy.requests, friend),
            ("the sound registry", setting.friend.requests, enemy),
        ]
        for (place, requests, foreign) in places {
            for request in requests {
                if foreign.contains(where: request.everything.contains) {
                    problems.append("\(place) got a secret of another: \(request.line)")
                }
                if request.header("cookie") != nil { problems.append("\(place) got a cookie: \(request.line)") }
            }
        }
        if setting.foreign.requests.contains(where: { $0.header("authorization") != nil }) {
            problems.append("the other server got an Authorization header")
        }
        return problems
    }

    // MARK: - What is there afterwards

    private func results(_ run: Run, _ setting: Setting) throws -> [String] {
        var problems = setting.enemy.incompleteUploads + setting.friend.incompleteUploads
        let left = Set(try Tree.names(in: setting.directory.path("work")))
        // A pull may keep layers for the next run.
        let kept = left.filter { !($0.hasPrefix(".out") && $0.hasSuffix(".ocimerge-partial")) }
        let expected: Set<String> = run.status == 0 ? Set([command.creates].compactMap(\.self)) : []
        if kept != expected { problems.append("left \(left.sorted()), expected \(expected)") }
        let hasTag = tag(setting) != nil
        if run.status == 0, command.pushes != .none, !hasTag { problems.append("exit 0 without a tag") }
        if command.pushes == .friend, run.status != 0, hasTag { problems.append("failed, and wrote the tag") }
        if run.status == 0, let expectedRemains {
            problems += try remains(setting).differences(from: expectedRemains)
        }
        return problems
    }

    private var expectedRemains: EnemyRemains? {
        let hidesReferrers = stage == .referrers && attack.harmless.contains(.referrers)
        return hidesReferrers ? baseline?.withoutReferrers : baseline?.remains
    }

    private func remains(_ setting: Setting) throws -> EnemyRemains {
        try EnemyRemains(directory: setting.directory.path("work"), tag: tag(setting), host: setting.enemy.host)
    }

    private func tag(_ setting: Setting) -> [UInt8]? {
        command.pushes == .friend ? setting.friend.uploadedTag : setting.enemy.uploadedTag
    }

    /// The servers and the directories of one run.
    final class Setting {
        let directory: TemporaryDirectory
        let enemy: EnemyRegistry
        let friend: EnemyRegistry
        let foreign: WireServer

        init(_ cell: EnemyCell) throws {
            let (attack, stage) = (cell.attack, cell.stage)
            directory = try TemporaryDirectory()
            let open = try EnemyRegistry { registry, _, request in
                request.path.hasPrefix("/denied")
                    ? [.bytes(registry.challenge("http://\(registry.host)/token").bytes(isHead: request.isHead))]
                    : [.bytes(registry.open(request).bytes(isHead: request.isHead))]
            }
            guard let server = open.server else { throw HostileCellError(says: "no server") }
            (foreign, self.open) = (server, open)
            let foreignHost = open.host
            enemy = try EnemyRegistry { registry, found, request in
                // The attack follows a login, except where there is none yet.
                let isLoggedIn = request.header("authorization") != nil || found == .probe
                guard found == stage, isLoggedIn else { return nil }
                return attack.steps(
                    EnemyAttack.Scene(registry: registry, stage: stage, request: request, foreign: foreignHost))
            }
            enemy.server?.bodyReadLimit = attack.readLimit
            enemy.server?.limitedRequests = "PUT /v2/demo/copy/blobs/"
            friend = try EnemyRegistry { _, _, _ in nil }
            for folder in ["work", "home", "state", "tmp", "layout"] {
                try FileManager.default.createDirectory(
                    atPath: directory.path(folder), withIntermediateDirectories: false)
            }
            for file in cell.command.readsLayout ? try EnemyImage.layout() : [] {
                try directory.write(file.content, to: "layout/\(file.name)")
            }
            try directory.write(Array(Self.credentials([enemy, friend]).utf8), to: "auth.json")
        }

        private let open: EnemyRegistry

        private static func credentials(_ registries: [EnemyRegistry]) -> String {
            #"{"auths":{"# + registries.map { #""\#($0.host)":{"auth":"\#($0.basic)"}"# }.joined(separator: ",") + "}}"
        }

        func run(_ cell: EnemyCell) throws -> Run {
            let names = EnemyCommand.Names(enemy: enemy.host, friend: friend.host, layout: directory.path("layout"))
            let time = cell.attack.waits ? FastTime.assignments : []
            let limits = ["-s", "KILL", "\(EnemyCell.seconds)", "prlimit", "--data=\(EnemyCell.memory)", "env"] + time
            let words = cell.command.arguments(names) + ["--plain-http", "--authfile", directory.path("auth.json")]
            return try Program.run(
                "timeout", limits + [Program.ocimerge] + words,
                environment: [
                    "HOME": directory.path("home"), "TMPDIR": directory.path("tmp"),
                    "XDG_RUNTIME_DIR": directory.path("home"), "XDG_STATE_HOME": directory.path("state"),
                ], directory: directory.path("work"))
        }
    }
}
