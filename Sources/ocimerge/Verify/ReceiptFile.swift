internal import ByteIO
internal import ImageModel
internal import ImagePlanning

/// The file that `--receipt` writes. It appears complete or not at all.
///
/// A place beside it is reserved at once, so that a run that cannot write it fails before it reads anything.
struct ReceiptFile {
    let path: String
    private let replaces: Bool
    private let staging: StagingDirectory

    /// `replaces`: Whether an existing file is replaced.
    init(_ path: String, replaces: Bool) throws(ReceiptFileError) {
        if path == "-" { throw .standardStream(option: "--receipt") }
        self.path = path
        self.replaces = replaces
        if try mapping(ReceiptFileError.io, { () throws(IOFailure) in try FileSystem.isPresent(path) }) {
            guard FileSystem.kind(of: path) == .file else { throw .notAFile(path) }
            if !replaces { throw .exists(path) }
        }
        staging = try mapping(ReceiptFileError.io) { () throws(IOFailure) in
            try StagingDirectory(in: FileSystem.parent(of: path), for: FileSystem.name(of: path), destination: path)
        }
    }

    /// Returns the digest of the file.
    func write(_ receipt: Receipt) throws(ReceiptFileError) -> Digest {
        let bytes = Array(TerminalText.escaped(json: receipt.json).utf8)
        // Readers would refuse it.
        guard bytes.count <= Receipt.limit else { throw .tooLarge(path, limit: Int64(Receipt.limit)) }
        do throws(IOFailure) { try publish(bytes) } catch {
            throw error.isAlreadyThere ? .exists(path) : .io(error)
        }
        return Digest(of: bytes, algorithm: .sha256)
    }

    private func publish(_ bytes: [UInt8]) throws(IOFailure) {
        let staged = "\(staging.path)/\(FileSystem.name(of: path))"
        try StagedFile.write(bytes, to: staged, sync: true)
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

    /// Removes what is beside the file. The caller calls it at the end of the run in any case.
    func discard() { staging.discard() }
}

enum ReceiptFileError: Error {
    case exists(String)
    case notAFile(String)
    case standardStream(option: String)
    case tooLarge(String, limit: Int64)
    case io(IOFailure)
}

extension Receipt {
    /// What this run has read, with the version of this program.
    init(created: String, sources: [String], content: ImageRecords, findings: [Finding]) {
        let commit = BuildCommit.hex
        let tool = Tool(
            version: Ocimerge.version, commit: commit, isModified: commit.map { _ in BuildCommit.isModified })
        self.init(created: created, tool: tool, sources: sources, content: content, findings: findings)
    }
}
