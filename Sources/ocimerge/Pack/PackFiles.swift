internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// The files that `pack` writes beside its result: the lock and the receipt. Their places are reserved before anything is
/// read, and they are written when the result is complete.
struct PackFiles {
    private let lock: SideFile?
    private let receipt: SideFile?
    private let created: String

    /// `sources` are the paths that the run reads.
    init(_ request: MergeRequest, reading sources: [String]) throws(CommandError) {
        let isDryRun = request.run.dryRun
        let replaces = request.existing == .replace
        try CommandError.checked { () throws(UsageError) in
            // The increment would need the base that it replaces.
            try WrittenPaths.check([("-o/--output", request.output)], read: request.since)
            try WrittenPaths.check(
                [("--lock", request.pack?.lock), ("--receipt", request.pack?.receipt)], output: request.output,
                read: sources + (request.pack?.lists ?? []) + [request.pack?.locked].compactMap(\.self))
        }
        func reserved(_ path: String?, _ option: String) throws(SideFileError) -> SideFile? {
            guard let path, !isDryRun else { return nil }
            return try SideFile(path, option: option, replaces: replaces)
        }
        created = try CommandError.checked { () throws(ReceiptTimeError) in
            try request.pack?.receipt == nil ? "" : ReceiptTime.text()
        }
        let lock = try CommandError.checked { () throws(SideFileError) in try reserved(request.pack?.lock, "--lock") }
        self.lock = lock
        do {
            receipt = try CommandError.checked { () throws(SideFileError) in
                try reserved(request.pack?.receipt, "--receipt")
            }
        } catch {
            lock?.discard()
            throw error
        }
    }

    /// Removes what killed runs have left beside the files of a command line.
    static func removeLeftovers(of request: MergeRequest) {
        for path in [request.pack?.lock, request.pack?.receipt].compactMap(\.self) {
            SideFile.removeLeftovers(beside: path)
        }
    }

    /// Returns the failures of the removal.
    func discard() -> [IOFailure] { [lock, receipt].compactMap { $0?.discard() } }

    /// `findings` are those of --verify; `nil` without it. Returns the receipt that was written; `nil` if none is wanted.
    func write(
        lock bytes: @autoclosure () -> [UInt8], _ plan: WritePlan, sources: [String], findings: [Finding]?
    ) throws(CommandError) -> ReceiptRun.Written? {
        if let lock {
            try completing(lock) { () throws(SideFileError) in try lock.write(bytes()) }
        }
        guard let receipt else { return nil }
        var found = FoundImages()
        found.add(plan.graph)
        let content = Receipt(
            created: created, sources: sources, content: found.records,
            findings: (findings ?? []).map { Receipt.Finding($0, source: nil) }, isVerified: findings != nil)
        let digest = try completing(receipt) { () throws(SideFileError) in try content.write(to: receipt) }
        return ReceiptRun.Written(path: receipt.path, digest: digest)
    }

    /// The result is complete before.
    @discardableResult
    private func completing(
        _ file: SideFile, _ body: () throws(SideFileError) -> Digest
    ) throws(CommandError) -> Digest {
        do throws(SideFileError) { return try body() } catch {
            throw CommandError(IncompleteSideFile(path: file.path, cause: error))
        }
    }
}
