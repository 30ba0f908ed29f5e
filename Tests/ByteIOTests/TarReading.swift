import TestSupport

@testable import ByteIO

/// Reads a tar in both ways: by offset from a disk, and in one pass from a stream.
enum TarReading {
    static func onDisk<R>(_ bytes: [UInt8], _ body: (OpenFile) throws -> R) throws -> R {
        let directory = try TemporaryDirectory()
        return try body(try OpenFile(path: try directory.write(bytes, to: "x.tar")))
    }

    static func members(_ bytes: [UInt8]) throws -> [TarMember] {
        try onDisk(bytes) { file in
            var walker = TarWalker(TarFileInput(file))
            return try members(&walker)
        }
    }

    /// The members of a stream read in pieces of an odd size. No header or member ends with a piece.
    static func streamedMembers(_ bytes: [UInt8], step: Int = 37) throws -> [TarMember] {
        var walker = TarWalker(TarStreamInput(ScriptedSource(bytes, step: step).open(), path: "stream"))
        return try members(&walker)
    }

    private static func members<Input>(_ walker: inout TarWalker<Input>) throws -> [TarMember] {
        var found: [TarMember] = []
        while let member = try walker.next() { found.append(member) }
        return found
    }

    static func index(_ bytes: [UInt8]) throws -> MemberIndex { try onDisk(bytes) { try TarArchive.index($0) } }

    static func streamIndex(_ bytes: [UInt8], spool: SpoolDirectory? = nil, step: Int = 1000) throws -> MemberIndex {
        try TarStream.index(ScriptedSource(bytes, step: step).open(), path: "stream", spool: spool)
    }

    /// The kind of the error and its member, without the path of the archive; `nil` if there is none.
    static func failure(_ body: () throws -> Void) -> String? {
        do { try body() } catch let error as TarError {
            switch error {
            case .failed(let failure): return "failed \(failure.cause)"
            case .notATar: return "not a tar"
            case .empty: return "empty"
            case .badHeader(_, let offset): return "bad header \(offset)"
            case .truncated(_, let member): return "truncated \(member)"
            case .cutOff: return "cut off"
            case .badSize(_, let member): return "bad size \(member)"
            case .badExtension(_, let offset): return "bad extension \(offset)"
            case .extensionTooLarge(_, let offset): return "extension too large \(offset)"
            case .endsTwice(_, let offset): return "ends twice \(offset)"
            case .concatenated(_, let offset): return "concatenated \(offset)"
            case .tooManyMembers(_, let limit): return "too many \(limit)"
            }
        } catch { return "\(error)" }
        return nil
    }
}
