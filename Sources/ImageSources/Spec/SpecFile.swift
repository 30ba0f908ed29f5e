internal import ByteIO
internal import ImageModel

/// A spec and the file that it stands in.
package struct SpecFile: Sendable {
    package static let sizeLimit = 1 << 20

    /// `-` is standard input.
    package let path: String
    package let spec: MergeSpec

    package init(reading path: String) throws {
        try self.init(path: path, SmallInput.bytes(of: path, limit: Self.sizeLimit))
    }

    package init(path: String, _ bytes: [UInt8]) throws(SpecError) {
        self.path = path
        spec = try SpecReading.read(try Self.document(bytes, path), file: path)
    }

    private static func document(_ bytes: [UInt8], _ path: String) throws(SpecError) -> YAMLNode {
        do throws(YAMLError) { return try YAMLDocument.parse(bytes) } catch {
            let line = error.reason == .noDocument ? nil : error.line
            throw SpecError(file: path, line: line, column: error.column, .yaml(error.reason))
        }
    }

    /// What the sources of the spec mean. Those whose path does not exist are left out and said where that is allowed.
    package func references(
        ignoringMissing: Bool
    ) throws(SpecError) -> (references: [SourceReference], notes: [SpecNote]) {
        let folder = self.folder
        var references: [SourceReference] = []
        var notes: [SpecNote] = []
        for source in spec.sources {
            do throws(SourceError) {
                references.append(try SourceReference(parsing: source.text, in: folder))
            } catch {
                guard ignoringMissing, case .noSuchPath(let missing) = error else {
                    throw SpecError(file: path, line: source.line, .source(error))
                }
                notes.append(.leftOut(path: missing, line: source.line))
                continue
            }
            guard let platform = source.platform, let reference = references.popLast() else { continue }
            guard reference.platform == nil else {
                throw SpecError(file: path, line: source.line, .platformTwice(source.text))
            }
            references.append(reference.declared(platform))
        }
        return (references, notes)
    }

    /// Where relative paths of the spec begin. A pipe stands nowhere.
    private var folder: String? {
        guard path != "-", FileSystem.kind(of: path) == .file else { return nil }
        let parent = FileSystem.parent(of: path)
        return parent == "." && !path.hasPrefix("./") ? nil : parent
    }
}
