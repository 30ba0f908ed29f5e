/// Opens files of a snapshot again. Each must be the same file, and unchanged.
struct SnapshotReader {
    private let snapshot: DirectorySnapshot
    /// The open directories on the path to the last file, each with its number.
    private var path: [(number: Int, directory: OpenEntry)] = []

    init(_ snapshot: DirectorySnapshot) throws(IOFailure) {
        self.snapshot = snapshot
        let top = try OpenEntry(at: snapshot.path)
        try top.check(snapshot.status(of: 0)) { snapshot.path }
        path = [(0, top)]
    }

    /// Throws if the file has changed.
    mutating func check(_ number: Int) throws(IOFailure) { _ = try entry(number) }

    /// A regular file.
    mutating func open(_ number: Int) throws(IOFailure) -> Content {
        Content(try entry(number), number, of: snapshot)
    }

    /// The content of a regular file from its beginning.
    struct Content: ByteReader {
        private let file: OpenEntry
        private let number: Int
        private let snapshot: DirectorySnapshot
        private var offset: Int64 = 0
        let size: Int64

        fileprivate init(_ file: OpenEntry, _ number: Int, of snapshot: DirectorySnapshot) {
            self.file = file
            self.number = number
            self.snapshot = snapshot
            size = snapshot.size(of: number)
        }

        /// At the end the file is compared with the snapshot once more.
        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            let wanted = Int(min(Int64(buffer.count), size - offset))
            let (snapshot, number) = (snapshot, number)
            let path = { snapshot.path(of: number) }
            if wanted == 0 {
                if !buffer.isEmpty { try file.check(snapshot.status(of: number), path) }
                return 0
            }
            var part = buffer._mutatingExtracting(0..<wanted)
            let got = try file.read(at: offset, into: &part, path)
            guard got == wanted else { throw IOFailure(.read, path(), .changed) }
            offset += Int64(got)
            return got
        }
    }

    private mutating func entry(_ number: Int) throws(IOFailure) -> OpenEntry {
        let directory = try self.directory(snapshot.parent(of: number))
        let snapshot = snapshot
        return try directory.open(snapshot.name(of: number), snapshot.kind(of: number), snapshot.status(of: number)) {
            snapshot.path(of: number)
        }
    }

    /// Directories on the path to the last file are used again.
    private mutating func directory(_ number: Int) throws(IOFailure) -> OpenEntry {
        var missing: [Int] = []
        var next = number
        while !path.contains(where: { $0.number == next }) {
            missing.append(next)
            next = snapshot.parent(of: next)
        }
        while let last = path.last, last.number != next { path.removeLast() }
        let snapshot = snapshot
        for number in missing.reversed() {
            guard let parent = path.last?.directory else { break }
            let directory = try parent.open(
                snapshot.name(of: number), .directory, snapshot.status(of: number)
            ) { snapshot.path(of: number) }
            path.append((number, directory))
        }
        guard let last = path.last?.directory else { throw IOFailure(.open, snapshot.path, .changed) }
        return last
    }
}
