internal import ImageModel
internal import ImagePlanning

/// The words and members by which reports name images and artifacts.
enum ContentText {
    /// `1 image, 2 artifacts`, without a kind of which there is none.
    static func count(images: Int, artifacts: Int) -> String {
        let parts = [
            images > 0 || artifacts == 0 ? CountText.text(images, "image") : nil,
            artifacts > 0 ? CountText.text(artifacts, "artifact") : nil,
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// One line for each artifact: its name, digest and type, and the manifest to which it refers.
    static func rows(
        _ artifacts: [Artifact], _ style: TextStyle, names: (Artifact) -> [String] = ContentText.names(_:)
    ) -> String {
        Table.text(
            artifacts.map { artifact in
                let subject = artifact.subject.map { ", refers to \(style.digest($0))" } ?? ""
                let words = ["artifact", names(artifact).joined(separator: ", ")].filter { !$0.isEmpty }
                return [
                    TerminalText.escaped(words.joined(separator: " ")), style.digest(artifact.descriptor.digest),
                    TerminalText.escaped(artifact.type.rawValue) + subject,
                ]
            }, width: style.width)
    }

    static func names(_ artifact: Artifact) -> [String] { artifact.labels.map(\.description) }

    static func json(_ artifacts: [Artifact], names: (Artifact) -> [String] = ContentText.names(_:)) -> JSONText {
        .array(
            artifacts.map { artifact in
                .object([
                    ("names", .array(names(artifact).map(JSONText.string))),
                    ("digest", .string(artifact.descriptor.digest.description)),
                    ("mediaType", .string(artifact.descriptor.mediaType.rawValue)),
                    ("size", .integer(artifact.descriptor.size)),
                    ("type", .string(artifact.type.rawValue)),
                    ("subject", artifact.subject.map { .string($0.description) } ?? .null),
                ])
            })
    }
}
