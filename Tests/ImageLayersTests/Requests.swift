import ByteIO
import Foundation
import ImageAudit
import ImageLayers
import ImageModel
import TestSupport
import Testing

/// New layers, made as the command makes them.
enum Requests {
    struct Made {
        let layer: AddedLayer
        /// The stored bytes.
        let bytes: [UInt8]
    }

    /// The layers of an image of these members, the lowest first.
    static func base(_ layers: [[LayerEntry]]) throws -> [ImageContents.Layer] {
        var image = MadeImage()
        image.layers = layers
        return try image.content(.gzip).layers.map {
            ImageContents.Layer(digest: Digest(of: $0), source: MemoryBytes($0, path: "layer"))
        }
    }

    static func make(
        _ contents: [LayerRequest.Content], on base: [ImageContents.Layer] = [], recipe: Recipe? = nil,
        isExplicit: Bool = true, time: Int64 = 0, owner: FileOwner = .root, jobs: Int = 2
    ) throws -> [Made] {
        let directory = try TemporaryDirectory()
        var maker = LayerMaker(
            spool: try SpoolDirectory(directory.path("spool")), recipe: recipe, isExplicit: isExplicit, time: time,
            owner: owner, jobs: jobs)
        let requests = contents.map { LayerRequest($0, origin: "origin") }
        return try maker.layers(requests, on: base) { _ in }.map { layer in
            var reader = try layer.source.open()
            var bytes = [UInt8](repeating: 0, count: Int(layer.size))
            #expect(try reader.fill(&bytes, count: bytes.count) == bytes.count)
            #expect(Digest(of: bytes) == layer.digest)
            return Made(layer: layer, bytes: bytes)
        }
    }

    /// The only layer, as a plain tar.
    static func tar(
        _ content: LayerRequest.Content, on layers: [[LayerEntry]] = [], time: Int64 = 0, owner: FileOwner = .root
    ) throws -> [UInt8] {
        try make([content], on: base(layers), time: time, owner: owner)[0].bytes
    }

    /// The names of the members.
    static func names(_ tar: [UInt8]) throws -> [String] {
        let run = try Program.run("tar", ["-tf", "-", "--quoting-style=escape"], input: tar)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.stderr)")
        return run.stdout.split(separator: "\n").map(String.init)
    }

    /// The error of a request.
    static func failure(_ contents: LayerRequest.Content..., on layers: [[LayerEntry]] = []) -> LayerMakingError? {
        do { _ = try make(contents, on: base(layers)) } catch { return error as? LayerMakingError }
        return nil
    }

    /// Runs a shell script in a directory.
    static func shell(_ script: String, in directory: String) throws {
        let run = try Program.run("sh", ["-euc", script], directory: directory)
        #expect(run.status == 0, "\(run.stderr)")
    }
}
