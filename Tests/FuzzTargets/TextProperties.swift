import ByteIO
import ImageModel

@testable import ImageSources

/// The properties of the texts that users keep in files: lists of images, specs and other YAML.
///
/// Each check returns whether the input is accepted.
enum TextProperties {
    static func yaml(_ bytes: [UInt8]) throws -> Bool {
        var isAccepted = false
        do {
            let node = try YAMLDocument.parse(bytes)
            try expect(try depth(of: node) <= YAMLDocument.depthLimit, "values are not too deep")
            isAccepted = true
        } catch let error as YAMLError {
            try expect(error.line >= 0 && error.column >= 0, "an error has a place")
        }
        let marks: Set<String> = ["kind", "services"]
        guard let search = try? YAMLKeySearch(for: "image", orBelow: "reference", inDocumentsWith: marks, of: bytes)
        else { return isAccepted }
        for value in search.values {
            try expect(value.bytes.upperBound <= bytes.count, "a value is in the text")
        }
        return isAccepted
    }

    private static func depth(of node: YAMLNode) throws -> Int {
        switch node.content {
        case .scalar: 1
        case .sequence(let items): try 1 + (items.map(depth).max() ?? 0)
        case .mapping(let entries): try 1 + (entries.map { try depth(of: $0.value) }.max() ?? 0)
        }
    }

    static func list(_ bytes: [UInt8]) throws -> Bool {
        guard let list = try? ImageList(path: "/proc/self/list", bytes) else { return false }
        try expect(list.images.allSatisfy { $0.line > 0 }, "images have lines")
        try expect(list.replacingReferences { _ in nil } == bytes, "without changes the bytes stay")
        let same = list.replacingReferences(\.reference)
        let again = try ImageList(path: "/proc/self/list", same)
        try expect(again.images.map(\.line) == list.images.map(\.line), "complete references keep their lines")
        try expect(
            again.images.map { $0.reference?.description } == list.images.map { $0.reference?.description },
            "complete references name the same images")
        return true
    }

    static func spec(_ bytes: [UInt8]) throws -> Bool {
        guard let file = try? SpecFile(path: "/proc/self/spec", bytes) else { return false }
        try expect(!file.spec.sources.isEmpty, "a spec has sources")
        _ = try? file.sources(ignoringMissing: true)
        return true
    }
}
