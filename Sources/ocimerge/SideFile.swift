internal import ByteIO
internal import ImageModel
internal import ImageSources

/// A small file that a command writes beside its result, such as a lock file. It appears complete or not at all.
///
/// A place beside it is reserved at once, so that a run that cannot write it fails before it reads anything.
struct SideFile {
    let path: String
    private let replaces: Bool
    private let staging: StagingDirectory

    /// `option` is the one that names the file, for errors. `replaces`: whether an existing file is replaced.
    init(_ path: String, option: String, replaces: Bool) throws(SideFileError) {
        if path == "-" { throw .standardStream(option: option) }
        self.path = path
        self.replaces = replaces
        func io<R>(_ body: () throws(IOFailure) -> R) throws(SideFileError) -> R {
            do throws(IOFailure) { return try body() } catch { throw .io(error) }
        }
        if try io({ () throws(IOFailure) in try FileSystem.isPresent(path) }) {
            guard try io({ () throws(IOFailure) in try FileSystem.presentKind(of: path) }) == .file else {
                throw .notAFile(path)
            }
            if !replaces {
                Self.removeLeftovers(beside: path)
                throw .exists(path)
            }
        }
        staging = try io { () throws(IOFailure) in
            try StagingDirectory(in: FileSystem.parent(of: path), for: FileSystem.name(of: path), destination: path)
        }
    }

    /// Removes what killed runs have left beside a file.
    static func removeLeftovers(beside path: String) {
        StagingDirectory.removeLeftovers(beside: path)
    }

    /// Returns the digest of the file.
    @discardableResult
    func write(_ bytes: [UInt8]) throws(SideFileError) -> Digest {
        try write { (put) throws(IOFailure) in try put(bytes) }
        return Digest(of: bytes)
    }

    /// The same in pieces. `body` passes each piece to `put`.
    func write(
        _ body: (_ put: ([UInt8]) throws(IOFailure) -> Void) throws(IOFailure) -> Void
    ) throws(SideFileError) {
        do throws(IOFailure) { try publish(body) } catch {
            throw error.isAlreadyThere ? .exists(path) : .io(error.moved(from: staging.path, to: path))
        }
    }

    private func publish(
        _ body: (_ put: ([UInt8]) throws(IOFailure) -> Void) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        let staged = "\(staging.path)/file"
        let file = try StagedFile(creating: staged)
        try body { (bytes) throws(IOFailure) in
            try Interruption.check(.write, staged)
            try file.write(bytes.span)
        }
        try file.finish(sync: true)
        if replaces, try FileSystem.isPresent(path) { try FileSystem.copyPermissions(of: path, to: staged) }
        try staging.publish { () throws(IOFailure) in
            if replaces {
                try FileSystem.move(staged, to: path)
            } else {
                try FileSystem.moveNew(staged, to: path)
            }
        }
        // The file is in its place: a failing flush changes nothing about that.
        try? FileSystem.syncDirectory(FileSystem.parent(of: path))
    }

    /// Removes the reserved place. Called at the end of the run in any case. Returns the failure of the removal; `nil` if
    /// it succeeds.
    @discardableResult
    func discard() -> IOFailure? { staging.discard() }
}

/// Why a file beside a result cannot be written. Facts only.
enum SideFileError: Error {
    case exists(String)
    case notAFile(String)
    /// Standard output or input in the place of a file.
    case standardStream(option: String)
    /// No reader would accept the file.
    case tooLarge(String, limit: Int64)
    case io(IOFailure)
}

/// The paths of files that a command writes beside its result.
enum WrittenPaths {
    /// Refuses a path at which the command reads, or writes something else. `output` is the destination; `nil` if there is
    /// none. `read` are paths of sources and lists.
    static func check(
        _ written: [(option: String, path: String?)], output: String? = nil, read: [String]
    ) throws(UsageError) {
        var others: [(option: String, path: String)] = output.map { [("-o/--output", $0)] } ?? []
        for case (let option, let path?) in written {
            if let other = others.first(where: { FileIdentity.isAt(path, $0.path) }) {
                throw .samePath(path, other.option, option)
            }
            if read.contains(where: { $0 != "-" && FileIdentity.isAt(path, $0) }) { throw .writesSource(path, option) }
            others.append((option, path))
        }
    }
}

extension SourceReference {
    /// The path of a source in files; `nil` for standard input and registries.
    var path: String? { if case .path(let path) = place { path } else { nil } }
}

/// The result is complete, and the file beside it is missing.
struct IncompleteSideFile: Error {
    let path: String
    let cause: SideFileError
}
