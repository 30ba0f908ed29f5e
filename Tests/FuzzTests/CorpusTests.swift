import ByteIO
import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The inputs in fixtures/fuzz, which reach most of the code that fuzzing has reached, and the seeds.
struct CorpusTests {
    private static let folder = Program.repository + "/fixtures/fuzz"

    @Test(arguments: FuzzTarget.all.map(\.name))
    func thePropertiesHoldForTheInputs(_ name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let kept = try Self.inputs(name)
        #expect(!kept.isEmpty)
        var accepted = 0
        for (file, input) in kept + (try Self.seeds(name)) {
            do { if try target.check(input) { accepted += 1 } } catch { Issue.record("\(name), \(file): \(error)") }
        }
        #expect(accepted > 0, "\(name) refuses every input")
    }

    /// A target that was renamed leaves its inputs behind.
    @Test func allInputsBelongToATarget() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".tar.zst") }
        #expect(Set(files) == Set(FuzzTarget.all.map { $0.name + ".tar.zst" }))
    }

    /// Correct inputs, made of the fixtures. fixtures/fuzz holds none of them.
    private static func seeds(_ name: String) throws -> [(String, [UInt8])] {
        let directory = try TemporaryDirectory()
        let run = try Program.run("python3", [Program.repository + "/scripts/fuzz-seeds", name, directory.path])
        #expect(run.status == 0, "\(run.stderr)")
        return try Tree.read(directory.path).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func inputs(_ name: String) throws -> [(String, [UInt8])] {
        let path = "\(folder)/\(name).tar.zst"
        let file = MemoryBytes(Array(try Data(contentsOf: URL(fileURLWithPath: path))), path: path)
        var members = TarMembers(try Compression.zstd.decoder(over: file.open(), path: path), path: path)
        var inputs: [(String, [UInt8])] = []
        while let member = try members.next() {
            guard member.kind == .file else { continue }
            inputs.append((member.name, try members.bytes(of: member, at: 0, count: Int(member.size))))
        }
        return inputs
    }
}
