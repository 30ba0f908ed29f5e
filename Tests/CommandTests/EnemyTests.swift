import Foundation
import TestSupport
import Testing

/// Registries, token servers and redirects that attack, at every stage of every command that talks to them.
///
/// Asserted of each run: it ends by itself, within the limit of its memory, with one error that names the host and the cause,
/// or with the result of a run without an attack. No secret is shown or reaches another server, and no result is incomplete.
@Suite("Enemies on the network")
struct EnemyTests {
    /// Most runs wait, so that many fit beside each other.
    private static let workers = 24

    @Test("every attack at every stage that a command passes", .mustEnd)
    func matrix() throws {
        var cells: [EnemyCell] = []
        for command in EnemyCommand.all {
            let baseline = try EnemyBaseline(command)
            for attack in EnemyAttack.all {
                cells += attack.stages.filter(baseline.stages.contains).map {
                    EnemyCell(command: command, attack: attack, stage: $0, baseline: baseline)
                }
            }
        }
        #expect(cells.count > 1000)
        for attack in EnemyAttack.all {
            #expect(cells.contains { $0.attack.name == attack.name }, "\(attack.name) meets no command")
        }
        // What waits longest begins first.
        for (name, problems) in Self.problems(cells.filter(\.attack.waits) + cells.filter { !$0.attack.waits }) {
            Issue.record("\(name): \(problems.joined(separator: "; "))")
        }
    }

    private static func problems(_ cells: [EnemyCell]) -> [(String, [String])] {
        let lock = NSLock()
        nonisolated(unsafe) var next = 0
        nonisolated(unsafe) var found: [(String, [String])] = []
        let ended = DispatchGroup()
        for _ in 0..<workers {
            ended.enter()
            Foundation.Thread {
                defer { ended.leave() }
                while true {
                    let number = lock.withLock { () -> Int in
                        next += 1
                        return next - 1
                    }
                    guard number < cells.count else { return }
                    let problems: [String]
                    do { problems = try cells[number].problems() } catch { problems = ["no result: \(error)"] }
                    if !problems.isEmpty { lock.withLock { found.append((cells[number].name, problems)) } }
                }
            }.start()
        }
        ended.wait()
        return found
    }
}
