/// An image, and the result that an audit of its files must have.
package struct EvidenceCase: Sendable, CustomStringConvertible {
    package enum Truth: Sendable {
        /// The platform in the metadata is right: the programs are for it or run on it.
        case right
        /// The image is for another platform. Each witness is a file that shows it.
        case wrong(String, witnesses: [String])
        /// The files do not show the platform.
        case open
    }

    package let sentence: String
    package let image: MadeImage
    package let truth: Truth

    package var description: String { sentence }

    static func right(_ sentence: String, _ image: MadeImage) -> EvidenceCase {
        EvidenceCase(sentence: sentence, image: image, truth: .right)
    }

    static func open(_ sentence: String, _ image: MadeImage) -> EvidenceCase {
        EvidenceCase(sentence: sentence, image: image, truth: .open)
    }

    static func wrong(
        _ sentence: String, is platform: String = "linux/s390x", by witnesses: String..., image: MadeImage
    ) -> EvidenceCase {
        EvidenceCase(sentence: sentence, image: image, truth: .wrong(platform, witnesses: witnesses))
    }

    /// Every case. A case with wrong metadata comes also with correct metadata.
    package static let all = (programs + layering + leftovers + systems).flatMap { one -> [EvidenceCase] in
        guard case .wrong(let platform, _) = one.truth else { return [one] }
        var correct = one.image
        correct.platform = platform
        return [one, .right("\(one.sentence), with correct metadata", correct)]
    }
}

/// Programs for the tables. Most cases state amd64 and contain s390x programs.
package let amd64 = ProgramFile.real("amd64")
package let s390x = ProgramFile.real("s390x")
package let arm64 = ProgramFile.real("arm64")
package let i386 = ProgramFile.real("386")

extension LayerEntry {
    /// `count` copies of a program in a directory.
    package static func programs(_ count: Int, in directory: String, _ content: [UInt8]) -> [LayerEntry] {
        (0..<count).map { .program("\(directory)/tool-\($0)", content) }
    }
}

extension MadeImage {
    package func with(
        command: [String] = [], path: String? = "/usr/sbin:/usr/bin:/sbin:/bin", workingDirectory: String? = nil
    ) -> MadeImage {
        var copy = self
        copy.command = command
        copy.path = path
        copy.workingDirectory = workingDirectory
        return copy
    }
}
