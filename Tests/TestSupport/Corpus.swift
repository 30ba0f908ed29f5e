internal import Foundation

/// Larger samples than the fixtures, where somebody keeps them: in the folder that `OCIMERGE_CORPUS` names, else in
/// `../shared/corpus`. Their names say whether their metadata is right.
package enum Corpus {
    package static let folder =
        ProcessInfo.processInfo.environment["OCIMERGE_CORPUS"] ?? Program.repository + "/../shared/corpus"
    package static let isThere = FileManager.default.fileExists(atPath: folder + "/facts.json")

    package static let samples: [String] = {
        guard let data = FileManager.default.contents(atPath: folder + "/facts.json"),
            let facts = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [] }
        return facts.keys.sorted()
    }()

    /// Of those without the word, one has an s390x image under an emulator, one an index whose children both say amd64.
    package static func isWrong(_ name: String) -> Bool {
        name.contains("wrong") || name.contains("with-amd64-qemu") || name.contains("two-amd64")
    }
}
