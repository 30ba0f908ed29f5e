/// An image, and what somebody who looks closely finds in it.
package struct EvidenceCase: Sendable, CustomStringConvertible {
    package enum Truth: Sendable {
        /// Its programs are what the metadata says, or run there: nothing is to be mended.
        case right
        /// It is for another platform, as one of these files shows.
        case wrong(String, witnesses: [String])
        /// Nobody can tell.
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

    /// Every case, with the same image under its true platform too where the metadata lies.
    package static let all = (programs + layering + leftovers + systems).flatMap { one -> [EvidenceCase] in
        guard case .wrong(let platform, _) = one.truth else { return [one] }
        var honest = one.image
        honest.platform = platform
        return [one, .right("\(one.sentence), and it says so", honest)]
    }
}

/// Programs for the tables: what the metadata of most cases says, and what it is.
package let amd64 = ProgramFile.real("amd64")
package let s390x = ProgramFile.real("s390x")
package let arm64 = ProgramFile.real("arm64")
package let i386 = ProgramFile.real("386")

extension LayerEntry {
    /// So many programs of one kind in a directory.
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
