package import ImageModel

/// What was read and verified, as a document that can be compared with the content later and elsewhere.
///
/// The same content, sources and program give the same document, except for `created`.
package struct Receipt: Sendable, Equatable {
    /// The version of the format. Readers refuse others.
    package static let version: Int64 = 1
    /// The limit of what is read, and so of what is written.
    package static let limit = 32 << 20

    /// The program that wrote the receipt.
    package struct Tool: Sendable, Equatable {
        package let version: String
        /// `nil` if it is unknown.
        package let commit: String?
        /// Whether the sources differed from the commit; `nil` if that is unknown.
        package let isModified: Bool?

        package init(version: String, commit: String?, isModified: Bool?) {
            self.version = version
            self.commit = commit
            self.isModified = isModified
        }
    }

    /// A finding of the verification.
    package struct Finding: Sendable, Equatable {
        package enum Severity: String, Sendable, CaseIterable { case error, warning, note }

        package let severity: Severity
        package let kind: String
        /// As typed; `nil` if the finding concerns all sources.
        package let source: String?
        /// The root of the image; `nil` if the finding concerns the whole source.
        package let image: Digest?
        /// The path of descriptors, as in `manifests[1]`.
        package let path: [String]
        package let message: String

        package init(
            severity: Severity, kind: String, source: String?, image: Digest?, path: [String], message: String
        ) {
            self.severity = severity
            self.kind = kind
            self.source = source
            self.image = image
            self.path = path
            self.message = message
        }
    }

    /// RFC 3339, UTC, in seconds.
    package let created: String
    package let tool: Tool
    /// As typed.
    package let sources: [String]
    package let content: ImageRecords
    package let findings: [Finding]
    /// Whether the content was verified as `verify` does it. Otherwise the digests of the bytes alone were checked.
    package let isVerified: Bool

    package init(
        created: String, tool: Tool, sources: [String], content: ImageRecords, findings: [Finding],
        isVerified: Bool = true
    ) {
        self.isVerified = isVerified
        self.created = created
        self.tool = tool
        self.sources = sources
        self.content = content
        self.findings = findings
    }

    /// Whether no finding is an error.
    package var isSound: Bool { errorCount == 0 }
    package var errorCount: Int { findings.count { $0.severity == .error } }
}

/// The document that receipts are. `ReceiptReading` reads it.
extension Receipt {
    package var json: JSONText {
        .object([
            ("receiptVersion", .integer(Self.version)),
            ("created", .string(created)),
            (
                "tool",
                .object([
                    ("version", .string(tool.version)), ("commit", Self.text(tool.commit)),
                    ("modified", tool.isModified.map(JSONText.boolean) ?? .null),
                ])
            ),
            ("sources", .array(sources.map(JSONText.string))),
            ("sound", isVerified ? .boolean(isSound) : .null),
            ("images", .array(content.images.map(Self.image))),
            ("artifacts", .array(content.artifacts.map(Self.artifact))),
            ("findings", .array(findings.map(Self.finding))),
        ])
    }

    private static func text(_ text: String?) -> JSONText { text.map(JSONText.string) ?? .null }
    private static func text(_ digest: Digest?) -> JSONText { text(digest?.description) }

    /// The members that images and artifacts share.
    private static func members(_ record: ImageRecord) -> [(String, JSONText)] {
        [
            ("names", .array(record.names.map(JSONText.string))),
            ("digest", text(record.digest)),
            ("mediaType", .string(record.mediaType.rawValue)),
            ("size", .integer(record.size)),
        ]
    }

    private static func image(_ record: ImageRecord) -> JSONText {
        let platforms = record.platforms.map { platform in
            JSONText.object([
                ("platform", text(platform.name)), ("digest", text(platform.digest)), ("size", .integer(platform.size)),
            ])
        }
        return .object(members(record) + [("platforms", .array(platforms))])
    }

    private static func artifact(_ record: ImageRecord) -> JSONText {
        .object(
            members(record) + [
                ("type", .string(record.artifact?.type ?? "")), ("subject", text(record.artifact?.subject)),
            ])
    }

    private static func finding(_ finding: Finding) -> JSONText {
        .object([
            ("severity", .string(finding.severity.rawValue)),
            ("kind", .string(finding.kind)),
            ("source", text(finding.source)),
            ("image", text(finding.image)),
            ("path", .array(finding.path.map(JSONText.string))),
            ("message", .string(finding.message)),
        ])
    }
}
