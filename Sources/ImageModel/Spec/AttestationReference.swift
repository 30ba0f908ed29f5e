/// What BuildKit puts beside an image: a manifest that speaks of another one.
extension Descriptor {
    package var isAttestation: Bool {
        annotations["vnd.docker.reference.type"] == "attestation-manifest"
            || platform?.isUnknown == true && attested != nil
    }

    package static let attestedKey = "vnd.docker.reference.digest"

    /// The digest that it speaks of, as it is written.
    package var attested: String? { annotations[Self.attestedKey] }
}
