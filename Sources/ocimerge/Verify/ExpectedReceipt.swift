internal import ByteIO
internal import ImageModel
internal import ImagePlanning

/// The receipt that `--expect` reads.
struct ExpectedReceipt {
    let path: String
    /// Of the file.
    let digest: Digest
    let receipt: Receipt

    init(_ path: String) throws(CommandError) {
        if path == "-" { throw CommandError(SideFileError.standardStream(option: "--expect")) }
        let bytes = try CommandError.checked { () throws(IOFailure) in
            try ConfigurationFile.bytes(of: path, limit: Receipt.limit)
        }
        do throws(ReceiptError) { receipt = try Receipt(reading: bytes) } catch {
            throw CommandError(UnusableReceipt(path: path, error: error))
        }
        self.path = path
        digest = Digest(of: bytes, algorithm: .sha256)
    }

    /// `nil` if the receipt records no errors.
    var warning: String? {
        receipt.isSound ? nil : ReceiptMessage.recordedErrors(receipt.errorCount, in: path)
    }
}

/// A file that is no receipt.
struct UnusableReceipt: Error {
    let path: String
    let error: ReceiptError
}

/// The result of `--expect`.
struct ReceiptComparison {
    let differences: [RecordDifference]
    private let expected: ExpectedReceipt

    init(_ expected: ExpectedReceipt, _ differences: [RecordDifference]) {
        self.expected = expected
        self.differences = differences
    }

    /// Whether everything that is expected is there.
    var isSame: Bool { !differences.contains(where: \.isError) }

    func text(_ style: TextStyle) -> String {
        DifferenceText.rows(differences, style) + "\(subject): \(DifferenceText.verdict(differences, style))\n"
    }

    /// The receipt, and what it lists.
    var subject: String {
        let content = expected.receipt.content
        let counts = [
            ContentText.count(images: content.images.count, artifacts: content.artifacts.count),
            CountText.text(content.platformCount, "platform"),
        ]
        return "expected by \(TerminalText.escaped(expected.path)), \(expected.digest): "
            + counts.joined(separator: ", ")
    }

    var json: JSONText {
        let content = expected.receipt.content
        return .object(
            [
                ("file", .string(expected.path)),
                ("sha256", .string(expected.digest.hex)),
                ("sound", .boolean(isSame)),
                ("recordedErrors", .integer(Int64(expected.receipt.errorCount))),
                ("images", .integer(Int64(content.images.count))),
                ("artifacts", .integer(Int64(content.artifacts.count))),
                ("platforms", .integer(Int64(content.platformCount))),
            ] + DifferenceJSON.members(differences))
    }
}
