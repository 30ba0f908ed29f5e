internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// A document that would change, with its changed members. Both versions are parsed again for it, in dry runs only: views do
/// not have all members.
struct DocumentDifference {
    let document: String
    /// `nil` if the name stays.
    let newName: String?
    let members: [JSONDifference]

    /// The files of a source that keeps its format, by their own names.
    static func members(_ edits: [MemberEdit]) throws(JSONError) -> [DocumentDifference] {
        try edits.filter { $0.kind != .removal }.map { (edit) throws(JSONError) in
            DocumentDifference(
                document: edit.name, newName: edit.newName == edit.name ? nil : edit.newName,
                members: try JSONDifference.between(edit.before, edit.after))
        }
    }

    /// The documents of a result of another format, by their digests.
    static func documents(_ plan: RevisionPlan) throws(JSONError) -> [DocumentDifference] {
        var found = try plan.edited.changes.map { (change) throws(JSONError) in
            DocumentDifference(
                document: change.before.digest.description, newName: change.after.digest.description,
                members: try JSONDifference.between(change.before.bytes, change.after.bytes))
        }
        for (number, pair) in plan.edited.roots.enumerated() {
            guard let old = pair.before.entry, let new = pair.after?.entry, old != new else { continue }
            let members = try JSONDifference.between(old, new).map { difference in
                JSONDifference(
                    path: "manifests[\(number)].\(difference.path)", old: difference.old, new: difference.new)
            }
            found.append(DocumentDifference(document: "index.json", newName: nil, members: members))
        }
        return found
    }

    func text(_ style: TextStyle) -> String {
        var text = Self.name(document, style)
        if let newName {
            let new = Self.name(newName, style)
            text += style.fits("\(text) -> \(new)") ? " -> \(new)" : "\n    -> \(new)"
        }
        text += "\n"
        for member in members {
            let path = "  \(TerminalText.escaped(member.path)):"
            let (old, new) = (Self.value(member.old, style), Self.value(member.new, style))
            let line = "\(path) \(old) -> \(new)"
            text += style.fits(line) ? line + "\n" : "\(path)\n      \(old)\n      -> \(new)\n"
        }
        return text
    }

    /// A document is named by its digest, or by its path.
    private static func name(_ text: String, _ style: TextStyle) -> String {
        if let digest = try? Digest(parsing: text) { return style.digest(digest) }
        return style.heading(TerminalText.escaped(style.path(text)))
    }

    /// The JSON of a value. A string that is a digest is shown like one.
    private static func value(_ bytes: [UInt8]?, _ style: TextStyle) -> String {
        guard let bytes else { return "absent" }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.utf8.first == UInt8(ascii: "\""),
            let digest = try? Digest(parsing: String(text.dropFirst().dropLast()))
        {
            return "\"\(style.digest(digest))\""
        }
        return TerminalText.escaped(text)
    }

    var json: JSONText {
        .object([
            ("document", .string(document)),
            ("renamedTo", newName.map(JSONText.string) ?? .null),
            (
                "members",
                .array(
                    members.map {
                        .object([
                            ("path", .string($0.path)), ("old", $0.old.map(JSONText.raw) ?? .null),
                            ("new", $0.new.map(JSONText.raw) ?? .null),
                        ])
                    })
            ),
        ])
    }
}
