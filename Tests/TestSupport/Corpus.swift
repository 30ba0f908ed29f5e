internal import Foundation

/// Optional samples that are larger than the fixtures. They are in the folder that `OCIMERGE_CORPUS` names, by default
/// `../shared/corpus`. Their names state whether their metadata is right.
package enum Corpus {
    package static let folder =
        ProcessInfo.processInfo.environment["OCIMERGE_CORPUS"] ?? Program.repository + "/../shared/corpus"
    package static let isAvailable = FileManager.default.fileExists(atPath: folder + "/facts.json")

    package static let samples: [String] = {
        guard let data = FileManager.default.contents(atPath: folder + "/facts.json"),
            let facts = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [] }
        return facts.keys.sorted()
    }()

    /// Whether the metadata of a sample is wrong. Two such samples lack "wrong" in their names. One has an s390x image
    /// with an amd64 emulator, one an index with two children labelled amd64.
    package static func isWrong(_ name: String) -> Bool {
        name.contains("wrong") || name.contains("with-amd64-qemu") || name.contains("two-amd64")
    }
}
