/// The report of `diff`.
enum DiffSchema {
    static var report: Schema {
        .object(
            "Differences of two sources.",
            [
                ("old", .text("First source as typed.")), ("new", .text("Second source as typed.")),
                same, ("exact", .boolean("Whether --exact was given.")),
                ("annotationsCompared", .boolean("Whether both sources can have annotations.")),
                ("images", .list("Pairs of images, and images without a partner.", of: image)),
                ("artifacts", .list("Artifacts that one source has.", of: artifact)),
                ("warnings", .warnings),
            ])
    }

    private static let same = ("same", Schema.boolean("Whether nothing differs."))

    private static var image: Schema {
        let side = Schema.object("Image in one source.", [("names", .names), ("digests", .digests("Its digests."))])
        return .object(
            "An image.",
            [
                ("names", .names), same, ("old", side.orNull), ("new", side.orNull),
                ("annotations", annotations), ("platforms", .list("Pairs of platforms.", of: platform)),
            ])
    }

    private static var platform: Schema {
        let side = Schema.object(
            "Image for the platform in one source; null if it is absent.",
            [
                ("platform", .platformName),
                (
                    "listedPlatform",
                    .text("Platform of the descriptor, else of the config; null if it is unknown.").orNull
                ),
                ("digest", .digest), ("mediaType", .mediaType),
                ("present", .boolean("Whether the source has the manifest.")),
                ("config", .text("Digest of the config; null if unknown.").orNull),
                ("attestations", .digests("Digests of its attestations.")),
            ])
        return .object(
            "A platform.",
            [
                ("platform", .platformName), same, ("old", side.orNull), ("new", side.orNull),
                ("annotations", annotations),
                ("config", .list("Members of the config that differ; null if not compared.", of: member).orNull),
                ("layers", .list("Layers of both; null if not compared.", of: layer).orNull),
                ("files", .list("Files that differ; null if not compared.", of: file).orNull),
            ])
    }

    private static var annotations: Schema {
        .list(
            "Annotations that differ; null if not compared.",
            of: .object(
                "An annotation.",
                [
                    ("place", .choice("Document that has it.", ["index", "descriptor", "manifest"])),
                    ("key", .text("Its key.")), ("old", .text("Value before; null if absent.").orNull),
                    ("new", .text("Value afterwards; null if absent.").orNull),
                ])
        ).orNull
    }

    private static var member: Schema {
        .object(
            "A member.",
            [
                ("path", .text("Path, as in config.Env[0].")), ("old", .anything("Value before; null if absent.")),
                ("new", .anything("Value afterwards; null if absent.")),
            ])
    }

    private static var layer: Schema {
        let place = Schema.object(
            "Layer in one image; null if absent.",
            [
                ("position", .count("Position; 0 is the lowest layer.")), ("digest", .digest),
                ("mediaType", .mediaType), ("size", .size),
            ])
        return .object(
            "A layer.",
            [
                ("change", .choice("What became of the layer.", ["same", "moved", "added", "removed"])),
                ("recompressed", .boolean("Whether the same content has another compression.")),
                ("diffID", .text("DiffID; null if unknown.").orNull), ("old", place.orNull), ("new", place.orNull),
            ])
    }

    private static var file: Schema {
        let changes = ["type", "content", "mode", "owner", "target", "device"]
        return .object(
            "A file.",
            [
                ("change", .choice("What became of the file.", ["added", "removed", "changed"])),
                ("changes", .list("What differs.", of: .choice("A property.", changes))),
                ("old", FileSchema.file("File before; null if absent.").orNull),
                ("new", FileSchema.file("File afterwards; null if absent.").orNull),
            ])
    }

    private static var artifact: Schema {
        .object(
            "An artifact.",
            [
                ("change", .choice("What became of the artifact.", ["added", "removed"])),
                ("names", .names), ("digest", .digest), ("type", .text("Artifact type.")),
                ("subject", .text("Digest of the manifest to which it refers; null if there is none.").orNull),
            ])
    }
}
