import ByteIO
import FuzzTargets
import ImageModel
import TestSupport
import Testing

/// Changed inputs get past the checks of checksums and digests.
struct MutationTests {
    /// Adds a space at the end of a document, and leaves other bytes as they are.
    private static func spaced(_ bytes: [UInt8], _ limit: Int) -> [UInt8] {
        bytes.last == UInt8(ascii: "}") ? bytes + [0x20] : bytes
    }

    /// The contents of an archive by name.
    private static func contents(_ archive: [UInt8]) throws -> [String: [UInt8]] {
        var members = TarMembers(MemoryBytes(archive, path: "x").open(), path: "x")
        var contents: [String: [UInt8]] = [:]
        while let member = try members.next() {
            guard member.kind == .file else { continue }
            contents[member.name] = try members.bytes(of: member, at: 0, count: Int(member.size))
        }
        return contents
    }

    @Test func aChangedImageHasTheDigestsOfItsContents() throws {
        let image = SampleImage("linux/amd64")
        let files = SampleFiles.layout([image], roots: [image.entry(name: "demo/app:1.0")])
        let archive = TarBuilder.archive(files)
        let names = Set(files.map(\.0))
        let target = try #require(FuzzTarget.named("image"))
        var changed = 0
        for seed in UInt32(1)..<400 where seed % 8 != 0 {
            let result = Mutation.image.changed(archive, limit: 1 << 20, seed: seed, Self.spaced)
            let contents = try Self.contents(result)
            for (name, content) in contents {
                guard let path = LayoutPath(parsing: name) else { continue }
                #expect(path.digest == Digest(of: content))
                if names.contains(name) { continue }
                changed += 1
                let text = Array("\(path.digest)".utf8)
                #expect(contents.values.contains { $0.firstRange(of: text) != nil })
            }
            _ = try target.check(result)
        }
        #expect(changed > 0)
    }

    @Test func aChangedHeaderHasItsChecksum() throws {
        let archive = TarBuilder.archive([("a", [1, 2, 3]), ("b", [])])
        var names: Set<String> = []
        for seed in UInt32(1)..<400 where seed % 8 != 0 {
            let result = Mutation.tar(prefix: 0).changed(archive, limit: 1 << 20, seed: seed) { bytes, _ in
                bytes.map { $0 == UInt8(ascii: "a") ? UInt8(ascii: "c") : $0 }
            }
            names.formUnion(try Self.contents(result).keys)
        }
        #expect(names == ["a", "b", "c"])
    }

    @Test func aResultKeepsTheLimit() {
        let archive = TarBuilder.archive([("a", [UInt8](repeating: 1, count: 5000))])
        for seed in UInt32(1)..<100 {
            let result = Mutation.image.changed(archive, limit: 3000, seed: seed) { Array($0.prefix($1)) }
            #expect(result.count <= 3000)
        }
    }
}
