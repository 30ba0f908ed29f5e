import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

/// An image, and the findings that its start check must have.
struct StartCase: Sendable, CustomTestStringConvertible {
    struct Found: Sendable {
        let problem: StartProblem
        let file: String?
        let layer: Int?

        /// `layer` is `nil` if the finding states no layer.
        static func found(_ problem: StartProblem, _ file: String, layer: Int? = 0) -> Found {
            Found(problem: problem, file: file, layer: layer)
        }

        static func found(_ problem: StartProblem) -> Found { Found(problem: problem, file: nil, layer: nil) }
    }

    let testDescription: String
    let layers: [[LayerEntry]]
    var config = StartConfig()
    let platform: String
    let expected: [Found]

    init(
        _ sentence: String, _ layers: [LayerEntry]..., run words: [String] = ["/app"], as user: String = "",
        in directory: String = "", with environment: [String] = [], volumes: [String] = [],
        on platform: String = "linux/amd64", finds expected: Found...
    ) {
        self.init(sentence, layers: layers, platform, expected)
        config.entrypoint = words
        config.user = user
        config.workingDirectory = directory
        config.environment = environment
        config.volumes = volumes
    }

    init(_ sentence: String, layers: [[LayerEntry]], _ platform: String, _ expected: [Found]) {
        testDescription = sentence
        self.layers = layers
        self.platform = platform
        self.expected = expected
    }

    func report(_ listing: Listing, isPlatformWrong: Bool = false) throws -> StartReport {
        let tree = try listing.tree(layers).tree
        return try StartCheck.report(tree, config, Platform(parsing: platform), isPlatformWrong: isPlatformWrong)
    }

    /// Expects the findings, with their files and layers.
    func check(_ listing: Listing) throws {
        let layers = try listing.tree(layers).layers
        let expected = expected.map { found in
            StartFinding(found.problem, found.file.map { FilePath($0) }, in: found.layer.map { layers[$0] })
        }
        #expect(try report(listing).findings == expected)
    }
}

extension LayerEntry {
    /// A static program, by default for amd64.
    static func bare(_ name: String, _ machine: ELFMachine = .amd64) -> LayerEntry {
        .program(name, ProgramFile.bare(machine))
    }

    static func text(_ name: String, _ text: String) -> LayerEntry { .file(name, Array(text.utf8)) }
}
