import TestSupport
import Testing

@testable import ByteIO

/// A file into which several threads write at different offsets.
struct PlacedFileTests {
    @Test func holdsWhatWasWrittenAndZerosElsewhere() throws {
        let directory = try TemporaryDirectory()
        let file = try PlacedFile(creating: directory.path("f"), size: 20)
        let last: [UInt8] = [5, 6]
        try file.write(last.span, at: 10)
        let first = file.writer(at: 0)
        let second = file.writer(at: 4)
        let pieces: [(isFirst: Bool, bytes: [UInt8])] = [
            (true, [1]), (false, [3, 3]), (true, [2, 2]), (true, []), (false, [4]),
        ]
        for piece in pieces {
            if piece.isFirst { try first.write(piece.bytes.span) } else { try second.write(piece.bytes.span) }
        }
        try file.finish(sync: true)
        #expect(first.path == directory.path("f"))
        #expect(
            try Tree.read(directory.path) == ["f": [1, 2, 2, 0, 3, 3, 4, 0, 0, 0, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0]])
    }

    @Test func nothingIsEverOverwritten() throws {
        let directory = try TemporaryDirectory()
        try directory.write([7], to: "f")
        try Program.run("ln", ["-s", directory.path("target"), directory.path("link")])
        for name in ["f", "link"] {
            #expect { _ = try PlacedFile(creating: directory.path(name), size: 3) } throws: {
                ($0 as? IOFailure)?.isAlreadyThere == true
            }
        }
        #expect { _ = try PlacedFile(creating: directory.path("none/f"), size: 3) } throws: {
            ($0 as? IOFailure)?.isAbsence == true
        }
        #expect(try Tree.read(directory.path)["f"] == [7])
        #expect(try Tree.names(in: directory.path) == ["f", "link"])
    }

    @Test func threadsWriteAtDifferentOffsets() throws {
        let directory = try TemporaryDirectory()
        let (count, size) = (64, 10_000)
        let file = try PlacedFile(creating: directory.path("f"), size: Int64(count * size))
        try CopyCrew().forEach(count, jobs: 4) { number, _ in
            let writer = file.writer(at: Int64(number * size))
            let piece = [UInt8](repeating: UInt8(number), count: size / 10)
            for _ in 0..<10 { try writer.write(piece.span) }
        }
        try file.finish(sync: false)
        let bytes = try #require(try Tree.read(directory.path)["f"])
        #expect(bytes.count == count * size)
        #expect(
            (0..<count).allSatisfy { number in bytes[number * size..<(number + 1) * size].allSatisfy { $0 == number } })
    }

    @Test func anImpossibleSizeIsAnErrorThatNamesThePath() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("f")
        #expect { _ = try PlacedFile(creating: path, size: .max) } throws: {
            ($0 as? IOFailure).map { $0.operation == .write && $0.path == path } == true
        }
    }
}
