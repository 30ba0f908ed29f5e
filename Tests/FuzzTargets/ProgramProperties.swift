@testable import ImageAudit

/// The properties of the readers of programs and of the files that decide how programs start.
///
/// Each check returns whether the input is accepted.
enum ProgramProperties {
    static func program(_ bytes: [UInt8]) throws -> Bool {
        var requested = 0
        let read = { (offset: Int, count: Int) throws(Never) -> [UInt8] in
            requested += count
            guard offset >= 0, offset < bytes.count else { return [] }
            return Array(bytes[offset...].prefix(count))
        }
        let format = FileFormat(size: Int64(bytes.count), bytes: read)
        try expect(requested <= readLimit, "reads are bounded")
        _ = ProgramFile(format)
        var isELF = false
        if case .elf(let file) = format {
            try check(file, size: bytes.count)
            isELF = true
        }
        // The end of the file is out of reach, as of a layer that is read in part.
        _ = FileFormat(size: .max, bytes: read)
        let head = Array(bytes.prefix(ProgramFile.headSize))
        _ = ProgramFile(head) { (_, _) throws(Never) in [] }
        return isELF
    }

    private static let readLimit = 64 << 20

    private static func check(_ file: ELFFile, size: Int) throws {
        try expect(file.hasDynamic || file.needed.isEmpty, "libraries are named in the dynamic section")
        try expect(file.neededVersions.allSatisfy { !$0.names.isEmpty }, "a library has needed versions")
        try expect(file.interpreter.map { !$0.contains(0) } ?? true, "the path of the loader ends at a zero")
        try expect(file.needed.allSatisfy { $0.count <= size }, "names are in the file")
    }

    static func loaderCache(_ bytes: [UInt8]) throws -> Bool {
        guard let cache = LoaderCache(bytes) else { return false }
        try expect(cache.entries.allSatisfy { !$0.name.contains(0) && !$0.path.contains(0) }, "texts end at a zero")
        try expect(cache.entries.count <= bytes.count, "entries are in the file")
        return true
    }

    /// Two lines are a user and a group; the rest are both files.
    static func accounts(_ input: [UInt8]) throws -> Bool {
        let parts = input.split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
        guard parts.count == 3 else { return false }
        let user = AccountFile.user(parts[0], in: parts[2])
        if let user {
            try expect(AccountFile.user(parts[0], in: parts[2])?.uid == user.uid, "a user is found again")
            _ = AccountFile.groups(of: user.name, in: parts[2])
        }
        if let group = AccountFile.group(parts[1], in: []) {
            try expect((0...0x7fff_ffff).contains(group), "the number of a group is in its range")
            try expect(AccountFile.group(parts[1], in: parts[2]) == group, "a number needs no line")
        }
        return user != nil && AccountFile.group(parts[1], in: parts[2]) != nil
    }
}
