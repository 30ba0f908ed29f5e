internal import Synchronization

/// Where members of streams wait until the plan says which of them are wanted. Part of the staging, so that taking one
/// over is a rename.
package final class SpoolDirectory: Sendable {
    package let path: String
    private let count = Atomic<Int>(0)
    private let progress: @Sendable (Int) -> Void

    /// `progress` hears of every piece that is written here.
    package init(_ path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }) throws(IOFailure) {
        try FileSystem.makeDirectory(path)
        self.path = path
        self.progress = progress
    }

    /// Of a file that nobody has made yet.
    func nextName() -> String { path + "/" + String(count.add(1, ordering: .relaxed).newValue) }

    /// `fill` gets a door to write through; what went through is hashed on its way.
    func add(
        from source: String,
        _ fill: ((ArraySlice<UInt8>) throws(IOFailure) -> Void) throws(IOFailure) -> Void
    ) throws(IOFailure) -> SpooledFile {
        let name = nextName()
        let file = try StagedFile(creating: name)
        var hasher = ContentHasher()
        var size: Int64 = 0
        try fill { (piece) throws(IOFailure) in
            try file.write(piece.span)
            hasher.update(piece.span)
            size += Int64(piece.count)
            progress(piece.count)
        }
        try file.finish(sync: false)
        return SpooledFile(path: source, file: name, size: size, sha256: hasher.digest())
    }
}
