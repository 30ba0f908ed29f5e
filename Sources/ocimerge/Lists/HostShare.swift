internal import ByteIO
internal import ImageModel
internal import ImageSources

/// The part of a result that is read from one registry.
struct HostShare: Sendable, Equatable {
    let host: String
    let images: Int
    let layers: Int
    let bytes: Int64

    /// Sorted by the name of the registry. Each layer counts once.
    static func all(_ sources: [Source], _ plan: WritePlan) -> [HostShare] {
        var images: [String: Int] = [:]
        for source in sources {
            guard let place = source.reference.readPlace ?? source.reference.registry else { continue }
            images[place.repository.domain, default: 0] += 1
        }
        let blobs = Dictionary(grouping: plan.blobs, by: { $0.source.repository?.domain })
        return images.sorted { $0.key < $1.key }.map { host, count in
            let own = blobs[host] ?? []
            return HostShare(host: host, images: count, layers: own.count, bytes: own.totalSize(\.size))
        }
    }

    var row: [String] {
        [
            "from \(TerminalText.escaped(host))", CountText.text(images, "image"), CountText.text(layers, "layer"),
            ByteCount.text(bytes),
        ]
    }

    var json: JSONText {
        .object([
            ("registry", .string(host)), ("images", .integer(Int64(images))), ("layers", .integer(Int64(layers))),
            ("bytes", .integer(bytes)),
        ])
    }
}
