import Foundation
import TestSupport
import Testing

@testable import ByteIO
@testable import ImageSinks

/// Volumes are exchanged completely or not at all if anything fails between two renames.
struct VolumeExchangeTests {
    static let old: [String: [UInt8]] = ["x.tar.001": [1], "x.tar.002": [2], "x.tar.003": [3], "x.tar.sha256": [4]]
    static let new: [String: [UInt8]] = ["x.tar.001": [11], "x.tar.002": [12], "x.tar.sha256": [14]]
    static let suffixes = [".002", ".sha256", ".001"]

    final class Ground {
        let directory: TemporaryDirectory
        let staging: StagingDirectory
        var stem: String { directory.path("x.tar") }

        init(old: [String: [UInt8]]) throws {
            directory = try TemporaryDirectory()
            for (name, bytes) in old { try directory.write(bytes, to: name) }
            staging = try StagingDirectory(in: directory.path, for: "x.tar", destination: directory.path("x.tar"))
            for (name, bytes) in VolumeExchangeTests.new {
                try StagedFile.write(bytes, to: "\(staging.path)/archive\(name.dropFirst(5))", sync: false)
            }
        }

        /// The volumes, without the staging directory.
        func standing() throws -> [String: [UInt8]] {
            try Tree.read(directory.path).filter { $0.key.hasPrefix("x.tar") }
        }

        /// Exchanges the volumes and fails at every step for which `fails` returns true.
        func run(_ old: [String: [UInt8]], fails: @escaping (Int) -> Bool) throws -> Bool {
            var steps = 0
            let paths = old.keys.sorted().map { directory.path($0) }
            var exchange = VolumeExchange(staging: staging.path, stem: stem, syncs: true)
            exchange.willMove = { (path) throws(IOFailure) in
                steps += 1
                if fails(steps) { throw IOFailure(.rename, path, .system(5)) }
            }
            do throws(IOFailure) {
                try exchange.run(replacing: paths, VolumeExchangeTests.suffixes)
            } catch { return false }
            return true
        }
    }

    @Test(arguments: [old, [:]])
    func withoutFailureTheNewVolumesReplaceTheOldOnes(_ old: [String: [UInt8]]) throws {
        let ground = try Ground(old: old)
        #expect(try ground.run(old) { _ in false })
        #expect(try ground.standing() == Self.new)
        ground.staging.discard()
        #expect(try Tree.names(in: ground.directory.path) == Self.new.keys.sorted())
    }

    @Test(arguments: [old, [:]])
    func aFailureAtAnyStepIsUndone(_ old: [String: [UInt8]]) throws {
        for step in 1...old.count + 1 + Self.suffixes.count {
            let ground = try Ground(old: old)
            #expect(try !ground.run(old) { $0 == step })
            #expect(try ground.standing() == old, "step \(step)")
            ground.staging.discard()
            #expect(try Tree.names(in: ground.directory.path) == old.keys.sorted(), "step \(step)")
        }
    }

    /// From that step on every move fails, as if the process had ended there.
    @Test(arguments: [old, [:]])
    func theNextRunFinishesAKilledExchange(_ old: [String: [UInt8]]) throws {
        for step in 1...old.count + 1 + Self.suffixes.count {
            let ground = try Ground(old: old)
            #expect(try !ground.run(old) { $0 >= step })
            ground.staging.discard()
            try VolumeExchange(staging: ground.staging.path, stem: ground.stem, syncs: true).finish()
            #expect(try ground.standing() == (step <= old.count + 1 ? old : Self.new), "step \(step)")
            #expect(!FileSystem.exists(ground.staging.path))
        }
    }

    /// The process ends while it undoes a failed exchange.
    @Test func theNextRunFinishesAKilledUndo() throws {
        let last = Self.old.count + 1 + Self.suffixes.count
        for step in last + 1...last + 10 {
            let ground = try Ground(old: Self.old)
            #expect(try !ground.run(Self.old) { $0 == last || $0 >= step })
            ground.staging.discard()
            if FileSystem.exists(ground.staging.path) {
                try VolumeExchange(staging: ground.staging.path, stem: ground.stem, syncs: true).finish()
            }
            let found = try ground.standing()
            #expect(found == Self.old || found == Self.new, "step \(step)")
        }
    }

    /// As a power cut may leave it: the directory of the volumes was flushed, and the staging directory was not.
    @Test func theNextRunFinishesARenameThatLeftBothNames() throws {
        for suffix in Self.suffixes.dropLast() {
            let ground = try Ground(old: Self.old)
            let first = Self.old.count + 2
            #expect(try !ground.run(Self.old) { $0 >= first })
            try FileManager.default.linkItem(
                atPath: "\(ground.staging.path)/archive\(suffix)", toPath: ground.stem + suffix)
            ground.staging.discard()
            try VolumeExchange(staging: ground.staging.path, stem: ground.stem, syncs: true).finish()
            #expect(try ground.standing() == Self.new, "\(suffix)")
            #expect(!FileSystem.exists(ground.staging.path))
        }
    }

    @Test func anObstacleToALeftoverIsNamed() throws {
        let directory = try TemporaryDirectory()
        let old = Self.old.filter { !$0.key.hasSuffix(Volumes.listSuffix) }
        for (name, bytes) in old { try directory.write(bytes, to: ".x.tar.ocimerge-1/kept/" + name) }
        try directory.write([9], to: "x.tar.002")
        let destination = try ArchiveTarget(
            path: directory.path("x.tar"), replaces: true, volumeSize: 1_000_000)
        #expect {
            _ = try causing { try StagedArchive(destination, syncs: false) }
        } throws: { error in
            guard case .leftoverWaits(let path, let leftover)? = error as? DestinationError else { return false }
            return path == directory.path("x.tar.002") && leftover == directory.path(".x.tar.ocimerge-1")
        }
        try FileSystem.removeFile(directory.path("x.tar.002"))
        try StagedArchive(destination, syncs: false).staging.discard()
        #expect(try Tree.read(directory.path) == old)
    }
}
