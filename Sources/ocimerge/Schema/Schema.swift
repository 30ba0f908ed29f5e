internal import ImageModel

/// The JSON Schema (draft 2020-12) of one value in a report. Objects have no members beside the listed ones.
struct Schema {
    private let members: [(String, JSONText)]

    private init(_ type: JSONText, _ description: String, _ more: [(String, JSONText)] = []) {
        members = [("description", .string(description)), ("type", type)] + more
    }

    private init(_ members: [(String, JSONText)]) { self.members = members }

    var json: JSONText { .object(members) }

    static func text(_ description: String) -> Schema { Schema("string", description) }

    /// A number of things or bytes; never negative.
    static func count(_ description: String) -> Schema { Schema("integer", description, [("minimum", 0)]) }

    /// A number from a file, which may be negative.
    static func integer(_ description: String) -> Schema { Schema("integer", description) }

    static func boolean(_ description: String) -> Schema { Schema("boolean", description) }

    static func list(_ description: String, of element: Schema) -> Schema {
        Schema("array", description, [("items", element.json)])
    }

    static func choice(_ description: String, _ words: [String]) -> Schema {
        Schema("string", description, [("enum", .array(words.map(JSONText.string)))])
    }

    static func constant(_ description: String, _ value: Bool) -> Schema {
        Schema("boolean", description, [("const", .boolean(value))])
    }

    /// Any JSON value.
    static func anything(_ description: String) -> Schema { Schema([("description", .string(description))]) }

    static func object(
        _ description: String, _ required: [(String, Schema)], optional: [(String, Schema)] = []
    ) -> Schema {
        Schema(
            "object", description,
            [
                ("properties", .object((required + optional).map { ($0, $1.json) })),
                ("required", .array(required.map { .string($0.0) })),
                ("additionalProperties", false),
            ])
    }

    /// An object with any members.
    static func anyObject(_ description: String) -> Schema { Schema("object", description) }

    /// An object of texts with any names.
    static func texts(_ description: String, _ value: String) -> Schema {
        Schema("object", description, [("additionalProperties", text(value).json)])
    }

    /// An array of any values.
    static func anyList(_ description: String) -> Schema { Schema("array", description) }

    static func either(_ description: String, _ alternatives: [Schema]) -> Schema {
        Schema([("description", .string(description)), ("anyOf", .array(alternatives.map(\.json)))])
    }

    /// The same value, or `null`.
    var orNull: Schema {
        Schema(
            members.map { name, value in
                switch (name, value) {
                case ("type", _): (name, .array([value, "null"]))
                case ("enum", .array(let words)): (name, .array(words + [.null]))
                case ("anyOf", .array(let alternatives)): (name, .array(alternatives + [.object([("type", "null")])]))
                default: (name, value)
                }
            })
    }

    /// The whole document. `word` is that of the command `schema`.
    func document(_ word: String, title: String, version: String) -> JSONText {
        .object(
            [
                ("$schema", "https://json-schema.org/draft/2020-12/schema"),
                ("$id", .string("urn:ocimerge:\(version):\(word)")),
                ("title", .string(title)),
            ] + members)
    }
}

/// Values that several reports have.
extension Schema {
    static let digest = text("Digest, as in sha256:HEX.")
    static let mediaType = text("Media type.")
    static let size = count("Size in bytes.")
    static let platformName = text("Platform, as in linux/arm64; null if it is unknown.").orNull
    static let names = list("Names of the image.", of: text("A name."))
    static let annotations = texts("Annotations by key.", "A value.")
    static let warnings = list("Warnings of the run.", of: text("One sentence."))
    static let dryRun = boolean("Whether nothing was written.")
    static let layout = text("Path of the layout.")

    static func digests(_ description: String) -> Schema { list(description, of: digest) }

    static let artifacts = list(
        "Artifacts that are no images.",
        of: object(
            "An artifact.",
            [
                ("names", names), ("digest", digest), ("mediaType", mediaType), ("size", size),
                ("type", text("Artifact type.")),
                ("subject", text("Digest of the manifest to which it refers; null if there is none.").orNull),
            ]))

    /// A platform as descriptors and configs state it.
    static let platform = object(
        "Platform.", [("architecture", text("Architecture.")), ("os", text("Operating system."))],
        optional: [
            ("os.version", text("Version of the operating system.")),
            ("os.features", list("Features of the operating system.", of: text("A feature."))),
            ("variant", text("Variant of the architecture.")),
        ])
}
