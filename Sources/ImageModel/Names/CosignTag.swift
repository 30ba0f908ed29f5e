internal import ByteIO

/// The tag under which cosign keeps what speaks of an image where registries keep no lists of referrers:
/// `sha256-<hex>.sig`, and `.att` and `.sbom` likewise.
package struct CosignTag: Hashable, Sendable {
    package static let kinds = ["att", "sbom", "sig"]

    package let subject: Digest
    package let kind: String

    package init(_ subject: Digest, _ kind: String) {
        self.subject = subject
        self.kind = kind
    }

    /// Those that may be there. cosign leaves no part of a digest out, so for that of a sha512 no tag is short enough, and
    /// registries refuse to be asked for what cannot be one.
    package static func all(of subject: Digest) -> [CosignTag] {
        kinds.map { CosignTag(subject, $0) }.filter { $0.description.utf8.count <= longest }
    }

    /// Of a tag (distribution-spec 1.1).
    private static let longest = 128

    package init?(parsing tag: String) {
        let parts = tag.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.kinds.contains(String(parts[1])), let dash = parts[0].firstIndex(of: "-"),
            let algorithm = Digest.Algorithm(rawValue: String(parts[0][..<dash])),
            let subject = Digest(algorithm: algorithm, hex: String(parts[0][parts[0].index(after: dash)...]))
        else { return nil }
        self.init(subject, String(parts[1]))
    }

    /// Of an image with that name; nil: it is called like any other.
    package init?(_ label: ImageLabel) {
        switch label {
        case .plain(let tag): self.init(parsing: tag)
        case .full(let name): self.init(parsing: name.tag)
        }
    }
}

extension CosignTag: CustomStringConvertible {
    package var description: String { "\(subject.algorithm.rawValue)-\(subject.hex).\(kind)" }
}

extension CosignTag: Comparable {
    package static func < (left: CosignTag, right: CosignTag) -> Bool { left.description < right.description }
}

extension ImageGraph {
    /// The roots without those that are called by what cosign calls its words about another of them.
    package var rootsWithoutCosigned: [Root] {
        let digests = Set(roots.map(\.descriptor.digest))
        return roots.filter { root in
            !root.labels.contains { CosignTag($0).map { digests.contains($0.subject) } ?? false }
        }
    }
}

/// The tag under which the list of what refers to a manifest is kept where a registry does not keep it itself
/// (distribution-spec 1.1, "Referrers Tag Schema"): `sha256-<hex>`. Never longer than a tag may be: of the digits of a
/// sha512 only the first 64 are in it.
package struct ReferrersTag: Hashable, Sendable {
    package let subject: Digest

    package init(_ subject: Digest) { self.subject = subject }
}

extension ReferrersTag: CustomStringConvertible {
    package var description: String { "\(subject.algorithm.rawValue.prefix(32))-\(subject.hex.prefix(64))" }
}
