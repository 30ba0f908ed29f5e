import Foundation
import TestSupport

/// What a run leaves: the files of its directory, and the manifest of the tag that it pushes.
struct EnemyRemains: Sendable {
    let files: [String: [UInt8]]
    let tag: [UInt8]?

    /// The name of the attacking registry has another port in each run, so it is left out.
    init(directory: String, tag: [UInt8]?, host: String) throws {
        files = try Tree.read(directory).mapValues { Self.leavingOut(host, of: $0) }
        self.tag = tag
    }

    private static func leavingOut(_ host: String, of bytes: [UInt8]) -> [UInt8] {
        let name = Data(host.utf8)
        let blank = Data(repeating: UInt8(ascii: "x"), count: name.count)
        var content = Data(bytes)
        while let place = content.range(of: name) { content.replaceSubrange(place, with: blank) }
        return Array(content)
    }

    /// Every difference from what a run without an attack leaves, in a sentence.
    func differences(from sound: EnemyRemains) -> [String] {
        let paths = Set(files.keys).union(sound.files.keys).filter { files[$0] != sound.files[$0] }
        var found = paths.sorted().map { "\($0) is not as without an attack" }
        if tag != sound.tag { found.append("the tag names another manifest") }
        return found
    }
}

/// What a command does without an attack.
struct EnemyBaseline: Sendable {
    /// The stages that the command passes.
    let stages: Set<EnemyRegistry.Stage>
    let remains: EnemyRemains
    /// The same without `--referrers`, as if the registry had none.
    let withoutReferrers: EnemyRemains

    init(_ command: EnemyCommand) throws {
        (stages, remains) = try EnemyCell.soundRun(of: command)
        (_, withoutReferrers) = try EnemyCell.soundRun(of: command.withoutReferrers)
    }
}
