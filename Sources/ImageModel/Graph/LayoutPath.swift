internal import ByteIO

/// The path of a blob in an OCI image layout, `blobs/ALG/HEX`, and the names beside it. No other type composes or parses
/// such a path.
package struct LayoutPath: Hashable, Sendable, CustomStringConvertible {
    package let digest: Digest

    package init(_ digest: Digest) { self.digest = digest }

    /// `nil` unless `path` is the path of a blob, relative to the layout. Repeated slashes count as one.
    package init?(parsing path: some StringProtocol) {
        let parts = path.split(separator: "/")
        guard parts.count == 3, parts[0] == Self.blobs, let algorithm = Digest.Algorithm(rawValue: String(parts[1])),
            let digest = Digest(algorithm: algorithm, hex: parts[2])
        else { return nil }
        self.digest = digest
    }

    /// `nil` unless `path` is the description of a blob's path to the letter.
    package init?(exactly path: String) {
        for algorithm in Digest.Algorithm.allCases {
            let folder = Self.folder(algorithm) + "/"
            guard path.utf8.starts(with: folder.utf8) else { continue }
            let name = path.utf8.dropFirst(folder.utf8.count)
            guard let digest = Digest(algorithm: algorithm, hex: Substring(name)) else { return nil }
            self.digest = digest
            return
        }
        return nil
    }

    /// `nil` unless the last three parts of `path` are the path of a blob. Anything may come before them.
    package init?(ending path: some StringProtocol) {
        self.init(parsing: path.split(separator: "/").suffix(3).joined(separator: "/"))
    }

    package var description: String { digest.text(after: digest.algorithm == .sha256 ? "blobs/sha256/" : folder + "/") }

    /// The folder of all blobs with the algorithm of this one.
    package var folder: String { Self.folder(digest.algorithm) }

    package static func folder(_ algorithm: Digest.Algorithm) -> String { folder(named: algorithm.rawValue) }

    /// The folder of that name among those of the algorithms.
    package static func folder(named name: String) -> String { "\(blobs)/\(name)" }

    /// Whether `path` leads below the folder of the blobs.
    package static func isBelowBlobs(_ path: String) -> Bool { path.hasPrefix(blobs + "/") }

    package static let blobs = "blobs"
    package static let index = "index.json"
    package static let marker = "oci-layout"
    package static let version = "1.0.0"
    /// The content of `oci-layout`.
    package static let markerBytes = Array(#"{"imageLayoutVersion":"\#(version)"}"#.utf8)
}
