import ByteIO
import ImageModel
import Registry
import TestSupport

@testable import ImageSources

extension RegistryAccess {
    /// Access for tests without a registry. Every request fails.
    static let offline = RegistryAccess(RegistryOptions()) { _ in
        ScriptedTransport { request throws(IOFailure) in
            throw IOFailure(.send, request.address.shown, .network(.unresolvedHost))
        }
    }
}

/// Opens sources that are files on disk.
enum Opening {
    static func tar(_ files: [(String, [UInt8])], in directory: borrowing TemporaryDirectory, as name: String = "x.tar")
        throws -> String
    {
        try directory.write(TarBuilder.archive(files), to: name)
    }

    static func open(_ text: String, spool: SpoolDirectory? = nil) throws -> Source {
        try Source.open(try SourceReference(parsing: text), .offline, OpeningPolicy(streams: .init(spool: spool)))
    }

    /// An archive of these files. `prefix` and `suffix` surround its path in the reference.
    static func open(_ files: [(String, [UInt8])], prefix: String = "", suffix: String = "") throws -> Source {
        let directory = try TemporaryDirectory()
        return try open(prefix + tar(files, in: directory) + suffix)
    }

    static func labels(_ source: Source) -> [String] {
        source.graph.roots.map { $0.labels.map(\.description).joined(separator: ",") }
    }

    static func digests(_ source: Source) -> [Digest] { source.graph.roots.map(\.descriptor.digest) }

    /// The error as text: its case and distinguishing facts, without paths; `nil` if there is none.
    static func failure(_ body: () throws -> Void) -> String? {
        do { try body() } catch let error as SourceError {
            switch error {
            case .noSuchPath: return "no such path"
            case .noSuchPaths(let paths): return "\(paths.count) missing"
            case .platformFirst(let source, let platform): return "\(platform) before \(source)"
            case .emptySelection: return "empty selection"
            case .tooLong(let limit): return "longer than \(limit)"
            case .malformedDigest(_, let text): return "malformed digest \(text)"
            case .malformedPlatform(_, let text): return "malformed platform \(text)"
            case .malformedReference(_, let flaw): return flaw.map { "reference \($0)" } ?? "no slashes"
            case .notInRegistry(let reference): return "no \(reference)"
            case .registry(let error): return "registry \(Self.word(error))"
            case .standardInputTwice, .standardInputIsTerminal: return "standard input"
            case .severalTypes(_, let digest, let first, let second): return "\(digest) is \(first) and \(second)"
            case .io(let failure): return "io \(failure.cause)"
            case .tar: return "tar"
            case .member(let error): return "member \(Self.word(error))"
            case .unknownFormat: return "unknown format"
            case .registryStorage: return "registry storage"
            case .wrongDialect(_, let wanted, let found): return "wanted \(wanted), found \(found)"
            case .rootFileSystem: return "root file system"
            case .beforeManifests: return "before manifests"
            case .layoutVersion(_, let found): return "layout version \(found)"
            case .schema1: return "schema 1"
            case .document(_, let member, let error): return "document \(member) \(Self.word(error))"
            case .documentSize(_, _, let expected, let found): return "size \(found) not \(expected)"
            case .documentTooLarge(_, let member, _): return "too large \(member)"
            case .documentsTooLarge: return "documents too large"
            case .documentDigest(_, let member, _, _): return "digest of \(member)"
            case .tooDeep: return "too deep"
            case .missingMember(_, let member): return "missing \(member)"
            case .layerDigest(_, let member, _, _): return "layer digest of \(member)"
            case .layerCount(_, let image, let layers, let diffIDs):
                return "\(image): \(layers) layers, \(diffIDs) diffIDs"
            case .layerCompression(_, let member, let compression): return "\(member) is \(compression)"
            case .edit(let error): return "edit \(Self.word(error))"
            case .noImage: return "no image"
            case .noSuchImage(_, let wanted, let names): return "no \(wanted) among \(names)"
            case .ambiguousName(_, let wanted, let names): return "\(wanted) is any of \(names)"
            }
        } catch { return "\(error)" }
        return nil
    }

    private static func word(_ error: some Error) -> String { String("\(error)".prefix { $0 != "(" }) }
}
