import Foundation
import TestSupport
import Testing

/// Images of about 100 MB, made once for all tests with signals. A run takes long enough to be interrupted.
final class BigArchives: Sendable {
    private static let directory =
        FileManager.default.temporaryDirectory.path + "/ocimerge-big-\(ProcessInfo.processInfo.processIdentifier)"

    let archives = ["amd64", "s390x"].map { "\(BigArchives.directory)/\($0).tar" }

    static let shared: BigArchives? = try? BigArchives()

    private init() throws {
        try FileManager.default.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: BigArchives.directory) }
        let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
        for (path, architecture) in zip(archives, ["amd64", "s390x"]) {
            let layers = try (0..<4).map { number in
                Array("layer \(number)".utf8) + Array(try random.read(upToCount: 12 << 20) ?? Data())
            }
            let image = SavedImage(["big/image:1"], architecture: architecture, layers: layers)
            try Data(image.archive).write(to: URL(fileURLWithPath: path))
        }
    }
}
