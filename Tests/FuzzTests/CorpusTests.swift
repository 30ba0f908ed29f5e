import ByteIO
import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The inputs in fixtures/fuzz, which reach most of the code that fuzzing has reached.
struct CorpusTests {
    private static let folder = Program.repository + "/fixtures/fuzz"

    @Test(arguments: FuzzTarget.all.map(\.name))
    func thePropertiesHoldForTheInputs(_ name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let inputs = try Self.inputs(name)
        #expect(!inputs.isEmpty)
        for (file, input) in inputs {
            do { try target.check(input) } catch { Issue.record("\(name), \(file): \(error)") }
        }
    }

    /// A target that was renamed leaves its inputs behind.
    @Test func allInputsBelongToATarget() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".tar.zst") }
        #expect(Set(files) == Set(FuzzTarget.all.map { $0.name + ".tar.zst" }))
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
