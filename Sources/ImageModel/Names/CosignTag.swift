internal import ByteIO

/// The tag under which cosign stores a signature, attestation or SBOM of an image if the registry has no referrers API:
/// `sha256-<hex>.sig`, `.att` or `.sbom`.
package struct CosignTag: Hashable, Sendable {
    package static let kinds = ["att", "sbom", "sig"]

    package let subject: Digest
    package let kind: String

    package init(_ subject: Digest, _ kind: String) {
        self.subject = subject
        self.kind = kind
    }

    /// All tags that may exist for a subject. None for a SHA-512: cosign never shortens a digest, and such a tag would
    /// be longer than registries allow.
    package static func all(of subject: Digest) -> [CosignTag] {
        kinds.map { CosignTag(subject, $0) }.filter { $0.description.utf8.count <= longest }
    }

    /// The longest tag (distribution-spec 1.1).
    private static let longest = 128

    package init?(parsing tag: String) {
        let parts = tag.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.kinds.contains(String(parts[1])), let dash = parts[0].firstIndex(of: "-"),
            let algorithm = Digest.Algorithm(rawValue: String(parts[0][..<dash])),
            let subject = Digest(algorithm: algorithm, hex: String(parts[0][parts[0].index(after: dash)...]))
        else { return nil }
        self.init(subject, String(parts[1]))
    }

    /// `nil` if the label is no tag of cosign's.
    package init?(_ label: ImageLabel) { self.init(parsing: label.tag) }
}

extension CosignTag: CustomStringConvertible {
    package var description: String { "\(subject.algorithm.rawValue)-\(subject.hex).\(kind)" }
}

extension CosignTag: Comparable {
    package static func < (left: CosignTag, right: CosignTag) -> Bool { left.description < right.description }
}
