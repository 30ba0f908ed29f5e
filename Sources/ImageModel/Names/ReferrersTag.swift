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
