internal import ByteIO
internal import ImageModel

/// A spec and its file.
package struct SpecFile: Sendable {
    package static let sizeLimit = 1 << 20

    /// `-` is standard input.
    package let path: String
    package let spec: MergeSpec

    package init(reading path: String) throws(SpecError) {
        let bytes: [UInt8]
        do throws(IOFailure) { bytes = try SmallInput.bytes(of: path, limit: Self.sizeLimit) } catch {
            throw SpecError(file: path, line: nil, .unreadable(error))
        }
        try self.init(path: path, bytes)
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

    /// The sources of the spec and their lines. Sources whose path does not exist are skipped with a note if that is
    /// allowed.
    package func sources(
        ignoringMissing: Bool
    ) throws(SpecError) -> (found: [(reference: SourceReference, line: Int)], notes: [SpecNote]) {
        let folder = SourceFolder(path: SourceFolder.path(besideFile: path))
        var found: [(reference: SourceReference, line: Int)] = []
        var notes: [SpecNote] = []
        for source in spec.sources {
            do throws(SourceError) {
                found.append((try SourceReference(parsing: source.text, in: folder.path), source.line))
            } catch {
                guard case .noSuchPath(let missing) = error else { throw failure(error, source) }
                guard let reference = ImplicitReference.parse(source.text, in: folder) else {
                    guard ignoringMissing else { throw failure(error, source) }
                    notes.append(.leftOut(path: missing, line: source.line))
                    continue
                }
                found.append((reference, source.line))
            }
            guard let platform = source.platform, let (reference, line) = found.popLast() else { continue }
            guard reference.platform == nil else {
                throw SpecError(file: path, line: source.line, .platformTwice(source.text))
            }
            found.append((reference.declared(platform), line))
        }
        return (found, notes)
    }

    private func failure(_ error: SourceError, _ source: MergeSpec.Source) -> SpecError {
        SpecError(file: path, line: source.line, .source(error))
    }
}

/// A reference to a registry without `docker://`, as specs of manifest-tool write it.
enum ImplicitReference {
    /// `nil` if the text does not look like one.
    static func parse(_ text: String, in folder: SourceFolder) -> SourceReference? {
        isReference(text, in: folder) ? try? SourceReference(parsing: RegistryReference.scheme + text) : nil
    }

    private static func isReference(_ text: String, in folder: SourceFolder) -> Bool {
        guard let slash = text.firstIndex(of: "/"), ImageName(parsing: text) != nil else { return false }
        let first = String(text[..<slash])
        guard isHost(first), FileSystem.kind(of: folder.path(first)) == nil else { return false }
        return !ArchiveName.occurs(in: text)
    }

    /// A port, or a last label of letters, which `v1.0/` and `build.d/` do not have.
    private static func isHost(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts[0] == "localhost" || parts.count > 1 { return true }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty }), let last = labels.last else { return false }
        return last.utf8.count > 1 && last.utf8.allSatisfy { (0x61...0x7a).contains($0 | 0x20) }
    }
}

/// The endings of the names of archives.
enum ArchiveName {
    private static let endings = [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.001"]

    /// Whether the text ends with one of them, or has one before a name.
    static func occurs(in text: String) -> Bool {
        endings.contains { text.hasSuffix($0) || text.contains(text: $0 + ":") }
    }
}
