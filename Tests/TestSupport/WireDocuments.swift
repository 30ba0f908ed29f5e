internal import Foundation

/// The JSON documents of layouts. Foundation decodes them, independently of the product.
package struct WirePlatform: Decodable, Sendable, Equatable {
    package let os: String
    package let architecture: String
    package let variant: String?

    /// The platform as text. `arm64/v8` and `arm64` are equal.
    package var text: String {
        let isDefault = architecture == "arm64" && variant == "v8"
        return "\(os)/\(architecture)" + (isDefault ? "" : variant.map { "/\($0)" } ?? "")
    }
}

package struct WireDescriptor: Decodable, Sendable, Equatable {
    package let mediaType: String?
    package let digest: String
    package let size: Int64
    package let platform: WirePlatform?
    package let annotations: [String: String]?
    package let urls: [String]?

    package var isAttestation: Bool { annotations?["vnd.docker.reference.type"] == "attestation-manifest" }
    package var subject: String? { annotations?["vnd.docker.reference.digest"] }
    package var name: String? {
        annotations?["io.containerd.image.name"] ?? annotations?["org.opencontainers.image.ref.name"]
    }
}

package struct WireDocument: Decodable, Sendable {
    package let schemaVersion: Int?
    package let mediaType: String?
    package let manifests: [WireDescriptor]?
    package let config: WireDescriptor?
    package let layers: [WireDescriptor]?
}

package struct WireConfig: Decodable, Sendable {
    package struct RootFS: Decodable, Sendable {
        package let diffIDs: [String]

        enum CodingKeys: String, CodingKey { case diffIDs = "diff_ids" }
    }

    package let os: String
    package let architecture: String
    package let variant: String?
    package let rootfs: RootFS

    package var platform: WirePlatform { WirePlatform(os: os, architecture: architecture, variant: variant) }
}
