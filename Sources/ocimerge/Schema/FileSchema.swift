/// The files of images in the reports of `inspect --files` and `diff --files`.
enum FileSchema {
    static var listing: Schema {
        .object(
            "Report of inspect --files.",
            [
                ("source", .text("Source as typed.")), ("platform", .platformName), ("digest", .digest),
                ("files", .list("Files as a container sees them.", of: file("A file."))),
            ])
    }

    static func file(_ description: String) -> Schema {
        .object(
            description,
            [
                ("path", .text("Path from the root.")),
                (
                    "type",
                    .choice(
                        "Type.", ["file", "directory", "symlink", "hardlink", "chardev", "blockdev", "fifo"])
                ),
                ("mode", .text("Permissions in octal digits, as in 0644.")),
                ("uid", .integer("User.")), ("gid", .integer("Group.")), ("size", .size),
                ("target", .text("Target of a link; null if it is no link.").orNull),
                ("layer", .digest),
            ],
            optional: [
                ("pathBase64", .text("Bytes of the path in Base64, if they are not UTF-8.")),
                ("targetBase64", .text("Bytes of the target in Base64, if they are not UTF-8.")),
                (
                    "device",
                    .object(
                        "Numbers of a device.",
                        [("major", .integer("Major number.")), ("minor", .integer("Minor number."))])
                ),
            ])
    }
}
