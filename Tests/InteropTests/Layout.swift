import Foundation
import TestSupport

/// An image layout, read with Foundation and without the product's code.
struct Layout {
    let path: String
    let images: [Image]

    struct Image {
        /// `org.opencontainers.image.ref.name`, the name for skopeo, podman and umoci.
        let reference: String?
        /// `io.containerd.image.name`, the name for containerd.
        let fullName: String?
        let digest: String
        let platforms: [PlatformImage]
        /// Manifests of the index that are not an image of a platform.
        let attestations: [String]
    }

    struct PlatformImage {
        let platform: Platform
        let manifest: String
        let config: String
        let layers: [Descriptor]
        let diffIDs: [String]
        /// Whether the media types are docker's. containers/image rewrites the config when it converts such an image to
        /// OCI.
        let isDocker: Bool

        /// Whether the image has zstd layers, which containers/image of Debian 12 cannot write to a docker archive.
        var hasZstandard: Bool { layers.contains { $0.mediaType?.hasSuffix("+zstd") == true } }
    }

    /// The images of all platforms, each once for any number of its names.
    var choices: [(image: Image, one: PlatformImage)] {
        var seen: Set<String> = []
        return images.flatMap { image in image.platforms.map { (image, $0) } }.filter {
            seen.insert($1.manifest).inserted
        }
    }

    init(_ path: String) throws {
        self.path = path
        images =
            try Self.decode(Document.self, path + "/index.json").manifests.map { entries in
                try entries.map { try Self.image($0, path) }
            } ?? []
    }

    func bytes(_ digest: String) throws -> [UInt8] { try Self.bytes(Self.blob(path, digest)) }

    /// The reference of the image for the tools of containers/image.
    func name(_ image: Image) -> String { "oci:\(path)" + (image.reference.map { ":" + $0 } ?? "") }

    private static func image(_ entry: Descriptor, _ path: String) throws -> Image {
        let document = try decode(Document.self, blob(path, entry.digest))
        let children = document.manifests ?? [entry]
        let isAttestation = { (child: Descriptor) in child.platform?.os == "unknown" }
        return Image(
            reference: entry.annotations?["org.opencontainers.image.ref.name"],
            fullName: entry.annotations?["io.containerd.image.name"],
            digest: entry.digest,
            platforms: try children.filter { !isAttestation($0) }.map { try platformImage($0, path) },
            attestations: children.filter(isAttestation).map(\.digest))
    }

    private static func platformImage(_ child: Descriptor, _ path: String) throws -> PlatformImage {
        let manifest = try decode(Manifest.self, blob(path, child.digest))
        let config = try decode(Config.self, blob(path, manifest.config.digest))
        let stated = Platform(os: config.os, architecture: config.architecture, variant: config.variant)
        return PlatformImage(
            platform: child.platform ?? stated, manifest: child.digest, config: manifest.config.digest,
            layers: manifest.layers, diffIDs: config.rootfs.diffIDs,
            isDocker: manifest.config.mediaType?.contains(".docker.") == true)
    }

    private static func blob(_ path: String, _ digest: String) -> String {
        "\(path)/blobs/sha256/\(hex(digest))"
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func decode<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(try bytes(path)))
    }
}

extension Layout {
    struct Descriptor: Decodable {
        let mediaType: String?
        let digest: String
        let size: Int
        let platform: Platform?
        let annotations: [String: String]?
    }

    struct Platform: Decodable, CustomStringConvertible {
        let os: String
        let architecture: String
        let variant: String?

        var description: String { [os, architecture, variant].compactMap(\.self).joined(separator: "/") }

        /// Options for podman and buildah. Those of skopeo begin with `--override-`.
        func options(_ prefix: String = "--") -> [String] {
            ["\(prefix)os", os, "\(prefix)arch", architecture] + (variant.map { ["\(prefix)variant", $0] } ?? [])
        }
    }

    private struct Document: Decodable { let manifests: [Descriptor]? }

    private struct Manifest: Decodable {
        let config: Descriptor
        let layers: [Descriptor]
    }

    private struct Config: Decodable {
        let os: String
        let architecture: String
        let variant: String?
        let rootfs: RootFS

        struct RootFS: Decodable {
            let diffIDs: [String]
            enum CodingKeys: String, CodingKey { case diffIDs = "diff_ids" }
        }
    }
}

/// The digest `sha256:…`, computed by coreutils.
func digest(_ bytes: [UInt8]) throws -> String {
    let sum = try Program.run("sha256sum", [], input: bytes)
    return "sha256:" + sum.stdout.prefix(64)
}

/// The digits after `sha256:`.
func hex(_ digest: String) -> String { String(digest.dropFirst("sha256:".count)) }
