import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

/// How the files of a layer are listed.
enum Listing: CaseIterable, CustomTestStringConvertible {
    /// From a stream, as of a compressed layer.
    case read
    /// From a window, which is read later, as of a plain layer.
    case window

    var testDescription: String { self == .read ? "a stream" : "a window" }

    static func bytes(_ entries: [LayerEntry]) throws -> [UInt8] {
        var image = MadeImage()
        image.layers = [entries]
        return try image.content().layers[0]
    }

    func files(_ bytes: [UInt8], budget: FileBudget = FileBudget()) throws -> LayerFiles {
        switch self {
        case .read:
            let reader = MemoryBytes(bytes, path: "layer").open()
            return try LayerFiles(reading: reader, path: "layer", keeping: .formats, budget: budget)
        case .window:
            let directory = try TemporaryDirectory()
            let file = try OpenFile(path: try directory.write(bytes, to: "layer"))
            return try LayerFiles(of: FileWindow(file, offset: 0, size: file.size), budget: budget)
        }
    }

    /// The merged tree, and the digests of the layers.
    func tree(_ layers: [[LayerEntry]]) throws -> (tree: MergedTree, layers: [Digest]) {
        let listed = try layers.map { entries in
            let bytes = try Self.bytes(entries)
            return (Digest(of: bytes), try files(bytes))
        }
        return (try MergedTree(files: listed), listed.map(\.0))
    }
}
