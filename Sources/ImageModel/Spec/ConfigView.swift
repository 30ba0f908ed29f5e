/// What an image config (OCI, or Docker's) says.
package struct ConfigView: Sendable {
    /// Nil when the config names neither a system nor an architecture.
    package let platform: Platform?
    /// Empty when there is no `rootfs`.
    package let diffIDs: [Digest]
    package let created: String?
    package let entrypoint: [String]
    package let command: [String]
    package let environment: [String]
    /// Empty where none is set: the root.
    package let workingDirectory: String

    package init(bytes: [UInt8]) throws(DocumentError) {
        let root = try SchemaHeader.object(bytes)
        try FoldedNames.refuseVariants(of: Self.names, in: root)
        let reading = JSONReading(root, at: "")
        platform = try Platform.read(reading)
        diffIDs = try reading.object("rootfs")?.digests("diff_ids", atMost: ManifestView.layerLimit) ?? []
        created = try reading.string("created")
        let run = try reading.object("config")
        entrypoint = try run?.strings("Entrypoint") ?? []
        command = try run?.strings("Cmd") ?? []
        environment = try run?.strings("Env") ?? []
        workingDirectory = try run?.string("WorkingDir") ?? ""
    }

    /// Those that decide what the image is.
    private static let names: Set<String> = ["architecture", "os", "os.version", "os.features", "variant", "rootfs"]
}
