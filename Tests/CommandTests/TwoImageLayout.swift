import Foundation
import ImageModel
import TestSupport

/// A layout of two images that share a layer: `demo/app:1.0` with two platforms and `demo/other:1.0` with one.
struct TwoImageLayout: ~Copyable {
    static let amd64 = SampleImage("linux/amd64", content: ["shared", "amd64"])
    static let arm64 = SampleImage("linux/arm64/v8", content: ["arm64"])
    static let other = SampleImage("linux/s390x", content: ["shared", "s390x"])
    static let index = SampleImage.index([amd64.entry("linux/amd64"), arm64.entry("linux/arm64/v8")])

    let directory: TemporaryDirectory
    var path: String { directory.path("l") }

    init() throws {
        let directory = try TemporaryDirectory()
        let files = SampleFiles.layout([Self.amd64, Self.arm64, Self.other], [Self.index], roots: [])
        for (name, bytes) in files { try directory.write(bytes, to: "l/\(name)") }
        try directory.write(Array(Self.text([Self.app, Self.second].map(Self.spaced)).utf8), to: "l/index.json")
        self.directory = directory
    }

    static let app = SampleImage.entry(index, name: "demo/app:1.0", more: ["k": "v"])
    static let second = SampleImage.entry(other.manifest, "linux/s390x", name: "demo/other:1.0")

    /// An `index.json` with spaces and unknown members, which edits must keep.
    static func text(_ entries: [String]) -> String {
        "{\n  \"schemaVersion\" : 2, \"x\": 1.50,\n  \"mediaType\": \"\(MediaType.ociIndex)\",\n"
            + "  \"manifests\": [\n    "
            + entries.joined(separator: ",\n    ") + "\n  ],\n  \"annotations\": {}\n}\n"
    }

    static func spaced(_ entry: Descriptor) -> String {
        "{ \"x\":1.50, " + String(decoding: entry.json.bytes, as: UTF8.self).dropFirst()
    }

    var list: String {
        get throws { try String(contentsOfFile: path + "/index.json", encoding: .utf8) }
    }

    func run(_ arguments: String...) throws -> Run { try Program.ocimerge(arguments, directory: directory.path) }
}
