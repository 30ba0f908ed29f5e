import ImageModel
import TestSupport
import Testing

/// A manifest whose layers claim more than any disk holds, in a registry that lacks them or sends them in part.
@Suite("A hostile registry, with each command that reads registries and every destination")
struct HostileRegistryTests {
    /// The answer to a request for the content of a layer.
    enum Layers: Sendable, CaseIterable {
        case absent
        /// Less than the size that was claimed, before the connection ends.
        case cut
    }

    private static let image = SampleImage("linux/amd64", content: [])
    private static let layers = (0..<1_100).map {
        Descriptor(mediaType: .ociLayer, digest: Digest(of: Array("\($0)".utf8)), size: 1 << 53)
    }
    private static let manifest = Document.sample(
        JSONText.object([
            ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", image.config.descriptor.json), ("layers", .array(layers.map(\.json))),
        ]).bytes, mediaType: .ociManifest)

    /// Serves the image as every tag of `demo/source`. Other repositories are empty and take no upload.
    static func server(_ layers: Layers) throws -> WireServer {
        try WireServer { request in
            let words = request.line.split(separator: " ")
            let (method, path) = (words[0], words[1])
            if path == "/v2/" { return [answer(method, 200, Array("{}".utf8))] }
            guard path.hasPrefix("/v2/demo/source/"), method == "GET" || method == "HEAD" else {
                return [answer(method, method == "POST" ? 403 : 404, Array("{}".utf8))]
            }
            if path.contains("/manifests/") {
                return [answer(method, 200, manifest.bytes, type: "\(manifest.mediaType)")]
            }
            if path.hasSuffix("\(image.config.digest)") { return [answer(method, 200, image.config.bytes)] }
            switch layers {
            case .absent: return [answer(method, 404, Array("{}".utf8))]
            case .cut: return [answer(method, 200, [1, 2, 3], length: "\(1 << 53)"), .close]
            }
        }
    }

    /// One step: a body in a packet of its own would wait for an acknowledgement.
    private static func answer(
        _ method: Substring, _ status: Int, _ body: [UInt8], type: String = "application/octet-stream",
        length: String? = nil
    ) -> WireServer.Step {
        let head =
            "HTTP/1.1 \(status) \(status == 200 ? "OK" : "No")\r\nContent-Type: \(type)\r\n"
            + "Content-Length: \(length ?? "\(body.count)")\r\n\r\n"
        return .bytes(Array(head.utf8) + (method == "HEAD" ? [] : body))
    }

    private static let input = HostileInput.registry(
        "1,100 layers that claim 2^53 bytes each", .refused,
        [
            .inspect: .done, .search: .refused, .raw: .done, .config: .done, .base: .done,
            .plannedPush: .done,
            .edit: .misused,
            .preview: .misused, .auto: .misused,
        ])

    /// The commands of the table that take an image in a registry, or say that they do not.
    private static let commands: [HostileCommand] = HostileCommand.all.compactMap { command in
        var command = command
        if command.streams || command.use == .spec || command.use == .credentials { return nil }
        if case .source = command.destination { command.destination = .none }
        return command
    }

    /// The command writes to another repository of the registry.
    private static func cell(_ command: HostileCommand, _ server: WireServer) -> HostileCell {
        let host = "127.0.0.1:\(server.port)"
        let isStated = command.arguments(.init(source: "", image: "", registry: host)).contains("--plain-http")
        return HostileCell(
            command: command, input: input, source: "docker://\(host)/demo/source",
            options: isStated || input.expected(command.use) == .misused ? [] : ["--plain-http"], registry: host)
    }

    @Test("absent layers: every command ends in one line and leaves nothing behind")
    func absent() throws {
        let server = try Self.server(.absent)
        for command in Self.commands {
            let problems = try Self.cell(command, server).problems()
            #expect(problems == [], "\(command.name)")
        }
    }

    @Test("layers that are cut off: every command that copies them ends in one line and leaves nothing behind")
    func cut() throws {
        let server = try Self.server(.cut)
        // Not `.evidence`: a full search reads every layer, and each that is cut off is tried again.
        let copying: Set<HostileInput.Use> = [.copy, .directory, .docker, .recode, .fix]
        let commands = Self.commands.filter { copying.contains($0.use) }
        #expect(commands.count > 15)
        for command in commands {
            let problems = try Self.cell(command, server).problems()
            #expect(problems == [], "\(command.name)")
        }
    }

    @Test("a spec that names the image", arguments: Layers.allCases)
    func spec(_ layers: Layers) throws {
        let server = try Self.server(layers)
        let directory = try TemporaryDirectory()
        let yaml = "image: demo/app:2\nmanifests:\n- image: 127.0.0.1:\(server.port)/demo/source:1.0\n"
        let spec = try directory.write(Array(yaml.utf8), to: "spec.yaml")
        let command = HostileCommand(name: "merge --spec", use: .copy, destination: .new("out")) {
            ["merge", "--spec", $0.source, "-o", "out"]
        }
        let cell = HostileCell(command: command, input: Self.input, source: spec, options: ["--plain-http"])
        #expect(try cell.problems() == [])
    }
}
