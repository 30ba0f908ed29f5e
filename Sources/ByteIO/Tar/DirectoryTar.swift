/// Why files of a directory cannot be members of a tar.
package enum DirectoryTarError: Error, Equatable, Sendable {
    /// A PAX record cannot hold an attribute of this name.
    case attributeName(path: String, name: String)
    /// Readers refuse so many bytes of attributes and names.
    case longRecords(path: String, limit: Int)
}

/// A tar of files of a directory, which are read while the tar is read. Everything is checked against the snapshot: a
/// file that has changed since is an error.
package struct DirectoryTar: ByteSource {
    package enum Member: Equatable, Sendable {
        /// A directory that the snapshot does not have, with mode 755.
        case made([UInt8])
        /// A directory that is written with these properties.
        case kept([UInt8], mode: Int, FileOwner)
        /// A file of the snapshot by its number. The name of a directory ends in a slash. `first` is the name of the
        /// member with the content; `nil` if this is no hard link.
        case file(Int, name: [UInt8], first: [UInt8]?)
    }

    package let size: Int64
    private let snapshot: DirectorySnapshot
    private let owner: FileOwner
    private let time: Int64
    private let count: Int
    private let member: @Sendable (Int) -> Member?

    /// All members get this `owner` and `time`. `member` returns the members with the numbers below `count`; it returns
    /// `nil` if there is none with the number. Files of the snapshot must be in its order.
    package init(
        _ snapshot: DirectorySnapshot, owner: FileOwner, time: Int64, count: Int,
        member: @escaping @Sendable (Int) -> Member?
    ) throws(DirectoryTarError) {
        self.snapshot = snapshot
        self.owner = owner
        self.time = time
        self.count = count
        self.member = member
        var size = TarHeaderWriter.endSize
        for number in 0..<count {
            guard let member = member(number) else { continue }
            let header = Self.header(of: member, in: snapshot, owner, time)
            try Self.check(header, of: member, in: snapshot)
            size += header.count
            if case .file(let content) = header.kind { size += TarHeader.padded(content) }
        }
        self.size = size
    }

    private static func check(
        _ header: TarMemberHeader, of member: Member, in snapshot: DirectorySnapshot
    ) throws(DirectoryTarError) {
        guard case .file(let number, _, _) = member else { return }
        for attribute in header.attributes where attribute.name.utf8.contains(UInt8(ascii: "=")) {
            throw .attributeName(path: snapshot.path(of: number), name: attribute.name)
        }
        guard header.attributes.isEmpty || header.records.count <= TarMemberHeader.recordsLimit else {
            throw .longRecords(path: snapshot.path(of: number), limit: TarMemberHeader.recordsLimit)
        }
    }

    private static func header(
        of member: Member, in snapshot: DirectorySnapshot, _ owner: FileOwner, _ time: Int64
    ) -> TarMemberHeader {
        switch member {
        case .made(let name): return TarMemberHeader(name, .directory, mode: 0o755, owner: owner, time: time)
        case .kept(let name, let mode, let owner):
            return TarMemberHeader(name, .directory, mode: mode, owner: owner, time: time)
        case .file(let number, let name, let first):
            let kind: TarMemberHeader.Kind =
                if let first {
                    .hardLink(to: first)
                } else {
                    switch snapshot.kind(of: number) {
                    case .file: .file(size: snapshot.size(of: number))
                    case .directory: .directory
                    case .symbolicLink: .symbolicLink(to: snapshot.target(of: number))
                    }
                }
            return TarMemberHeader(
                name, kind, mode: snapshot.mode(of: number), owner: owner, time: time,
                attributes: snapshot.attributes(of: number))
        }
    }

    package var path: String { snapshot.path }

    package func open() throws(IOFailure) -> any ByteReader { try Reader(self) }

    private struct Reader: ByteReader {
        private let tar: DirectoryTar
        private var files: SnapshotReader
        private var next = 0
        /// Bytes of headers and padding that are to be read next.
        private var pending: ArraySlice<UInt8> = []
        /// The file that follows `pending`; `nil` if none does.
        private var content: SnapshotReader.Content?
        private var isAtEnd = false

        init(_ tar: DirectoryTar) throws(IOFailure) {
            self.tar = tar
            files = try SnapshotReader(tar.snapshot)
        }

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            if buffer.isEmpty { return 0 }
            while true {
                if !pending.isEmpty {
                    let count = min(buffer.count, pending.count)
                    let piece = pending.prefix(count)
                    buffer.copy(from: piece.span)
                    pending = pending.dropFirst(count)
                    return count
                }
                if var content {
                    let got = try content.read(into: &buffer)
                    self.content = content
                    if got > 0 { return got }
                    self.content = nil
                    let padding = TarHeader.padded(content.size) - content.size
                    pending = [UInt8](repeating: 0, count: Int(padding))[...]
                } else if isAtEnd {
                    return 0
                } else {
                    try advance()
                }
            }
        }

        /// Goes to the next member, or to the end mark.
        private mutating func advance() throws(IOFailure) {
            guard next < tar.count else {
                pending = [UInt8](repeating: 0, count: Int(TarHeaderWriter.endSize))[...]
                isAtEnd = true
                return
            }
            let member = tar.member(next)
            next += 1
            guard let member else { return }
            let header = DirectoryTar.header(of: member, in: tar.snapshot, tar.owner, tar.time)
            if case .file(let number, _, nil) = member {
                if case .file = header.kind {
                    content = try files.open(number)
                } else {
                    try files.check(number)
                }
            }
            pending = header.bytes[...]
        }
    }
}
