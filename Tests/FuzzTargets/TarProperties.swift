import ImageModel

@testable import ByteIO
@testable import ImageAudit

/// The properties of the readers of tar. Each check returns whether the input is accepted.
enum TarProperties {
    /// The members before an error, and whether there is one.
    private struct Walk: Equatable {
        var members: [TarMember] = []
        var hasFailed = false

        init<Input>(_ walker: consuming TarWalker<Input>) {
            do {
                while let member = try walker.next() { members.append(member) }
            } catch {
                hasFailed = true
            }
        }
    }

    static func members(_ bytes: [UInt8]) throws -> Bool {
        let file = try MemoryFile(bytes)
        let open = try file.open()
        for isLayer in [false, true] {
            let onDisk = Walk(TarWalker(TarFileInput(open), allowsEmpty: isLayer))
            let input = TarStreamInput(PiecewiseReader(bytes, piece: 37), path: "x")
            let streamed = Walk(TarWalker(input, allowsEmpty: isLayer))
            try expect(onDisk.hasFailed == streamed.hasFailed, "a stream is accepted as a file is")
            if !onDisk.hasFailed { try expect(onDisk == streamed, "a stream has the members of a file") }
            try onDisk.members.forEach { try check($0, size: bytes.count) }
        }
        let index = try? TarArchive.index(open)
        let streamed = try? TarStream.index(PiecewiseReader(bytes, piece: 100), path: "x", spool: nil)
        try expect((index == nil) == (streamed == nil), "both indexes are made, or none")
        if let index, let streamed {
            try expect(Array(index.names) == Array(streamed.names), "both indexes have the same names")
            for name in index.names { try compare(name, index, streamed) }
        }
        if let walk = try? TarArchive.index(open, toleratesDamage: true) { _ = walk.damage }
        return index != nil
    }

    private static func check(_ member: TarMember, size: Int) throws {
        try expect(member.size >= 0 && member.dataOffset >= Int64(TarHeader.blockSize), "sizes are not negative")
        try expect(member.dataOffset + member.size <= Int64(size), "members are in the archive")
    }

    private static func compare(_ name: String, _ one: MemberIndex, _ other: MemberIndex) throws {
        let (first, second) = (try? one.file(name), try? other.file(name))
        // Of members that pass, those of one name are compared by their starts.
        if second?.traits.passedStart == nil {
            try expect((first == nil) == (second == nil), "both indexes refuse the same names")
        }
        guard let first, let second else { return }
        try expect(first.size == second.size, "both indexes state the same sizes")
    }

    /// The first byte selects the member that is replaced, the second the size of its new content.
    static func edit(_ input: [UInt8]) throws -> Bool {
        guard input.count > 2 else { return false }
        let bytes = Array(input.dropFirst(2))
        let before = Walk(TarWalker(TarStreamInput(PiecewiseReader(bytes, piece: 4096), path: "x")))
        let files = before.members.filter { $0.kind == .file }
        guard !before.hasFailed, !files.isEmpty, Set(before.members.map(\.name)).count == before.members.count else {
            return false
        }
        let chosen = files[Int(input[0]) % files.count]
        let content = [UInt8](repeating: 0x78, count: Int(input[1]) * 5)
        let edit = TarEdit(name: chosen.name, newName: chosen.name, content: content)
        let open = { PiecewiseReader(bytes, piece: 100) }
        guard let revision = try? TarRevision(open(), path: "x", [edit], []) else { return false }
        var reader = RevisingReader(open(), path: "x", revision)
        guard let edited = try? all(&reader) else { return false }
        let after = Walk(TarWalker(TarStreamInput(PiecewiseReader(edited, piece: 100), path: "x")))
        try expect(!after.hasFailed, "the result is an archive")
        try expect(after.members.map(\.name) == before.members.map(\.name), "all members stay")
        for (old, new) in zip(before.members, after.members) {
            let wanted = old.name == chosen.name ? content[...] : data(of: old, in: bytes)
            try expect(data(of: new, in: edited) == wanted, "other members keep their content")
        }
        return true
    }

    private static func data(of member: TarMember, in bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes[Int(member.dataOffset)...].prefix(Int(member.size))
    }

    private static func all(_ reader: inout RevisingReader) throws -> [UInt8] {
        var collected: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 777)
        while true {
            var span = buffer.mutableSpan
            let got = try reader.read(into: &span)
            if got == 0 { return collected }
            collected += buffer[..<got]
        }
    }

    static func layer(_ bytes: [UInt8]) throws -> Bool {
        let file = try MemoryFile(bytes)
        let window = FileWindow(try file.open(), offset: 0, size: Int64(bytes.count))
        _ = try? LayerListing(reading: PiecewiseReader(bytes, piece: 300), path: "x")
        _ = try? LayerListing(of: window, start: [], wanted: ["bin/sh"])
        let inFile = try? LayerFiles(of: window, budget: FileBudget())
        let inStream = try? LayerFiles(
            reading: PiecewiseReader(bytes, piece: 300), path: "x", keeping: .formats, budget: FileBudget())
        try expect((inFile == nil) == (inStream == nil), "a stream is accepted as a file is")
        guard let inFile, let inStream else { return false }
        try expect(inFile.count == inStream.count, "a stream has as many files")
        for entry in 0..<inFile.count {
            try expect(inFile.path(of: entry) == inStream.path(of: entry), "files have the same paths")
            try expect(inFile.role(of: entry) == inStream.role(of: entry), "files have the same properties")
        }
        let digest = Digest(of: bytes)
        let tree = try? MergedTree(files: [(digest, inFile)])
        let other = try? MergedTree(files: [(digest, inStream)])
        try expect((tree == nil) == (other == nil), "both lists are stacked, or none")
        _ = try? MergedTree(files: [(digest, inFile), (digest, inStream)])
        return tree != nil
    }
}
