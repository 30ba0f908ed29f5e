import TestSupport

/// One column of the matrix: a command that talks to the attacking registry.
struct EnemyCommand: Sendable {
    /// What a command line names.
    struct Names {
        /// The host that attacks.
        let enemy: String
        /// The host of a sound registry.
        let friend: String
        /// A layout with one image.
        let layout: String
    }

    let name: String
    /// The file or directory that a successful run creates.
    var creates: String?
    /// Whether the result goes to `demo/copy:1` of the attacking registry, or of the sound one.
    var pushes = Target.none
    /// Whether the command says what is absent, and succeeds.
    var lists = false
    /// Whether an error about absent content may name the image by its digest alone.
    var namesDigest = false
    /// Whether the source is the layout.
    var readsLayout = false
    var arguments: @Sendable (Names) -> [String]

    /// The command without the flag that includes referrers.
    var withoutReferrers: EnemyCommand {
        var changed = self
        let original = arguments
        changed.arguments = { names in original(names).filter { $0 != "--referrers" } }
        return changed
    }

    enum Target { case none, enemy, friend }

    static let all: [EnemyCommand] = [
        EnemyCommand(name: "merge to a layout", creates: "out") { ["merge", source($0), "--referrers", "-o", "out"] },
        EnemyCommand(name: "merge to a .tar", creates: "out.tar") { ["merge", source($0), "-o", "out.tar"] },
        EnemyCommand(name: "verify") { ["verify", source($0)] },
        EnemyCommand(name: "inspect", lists: true) { ["inspect", source($0)] },
        EnemyCommand(name: "ls of an image", lists: true) { ["ls", source($0)] },
        EnemyCommand(name: "ls of tags") { ["ls", "docker://\($0.enemy)/demo/source"] },
        EnemyCommand(name: "fix", creates: "out", namesDigest: true) {
            ["fix", source($0), "--platform", "linux/amd64/v2", "--trust", "-o", "out"]
        },
        EnemyCommand(name: "edit", creates: "out", namesDigest: true) {
            ["edit", source($0), "--env", "A=B", "-o", "out"]
        },
        EnemyCommand(name: "copy to another registry", pushes: .friend) {
            ["merge", source($0), "-o", "docker://\($0.friend)/demo/copy:1"]
        },
        EnemyCommand(name: "copy within the registry", pushes: .enemy) {
            ["merge", source($0), "-o", "docker://\($0.enemy)/demo/copy:1"]
        },
        EnemyCommand(name: "push", pushes: .enemy, readsLayout: true) {
            ["push", $0.layout, "\($0.enemy)/demo/copy:1"]
        },
        EnemyCommand(name: "push in chunks", pushes: .enemy, readsLayout: true) {
            ["push", $0.layout, "\($0.enemy)/demo/copy:1", "--chunk-size", "1MB"]
        },
    ]

    private static func source(_ names: Names) -> String { "docker://\(names.enemy)/demo/source:1" }
}
