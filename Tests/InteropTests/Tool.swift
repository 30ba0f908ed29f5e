import Foundation
import TestSupport
import Testing

/// A program from a Debian package. Clients use the daemons that scripts/test started.
enum Tool: String, Sendable {
    case skopeo, buildah, podman, umoci, docker, ctr, tar
    case qemuS390x = "qemu-s390x-static"
    case qemuARM64 = "qemu-aarch64-static"
    case qemuARM = "qemu-arm-static"

    /// The directory of the engines' sockets; `nil` if scripts/test did not start them, as without root.
    static let engines = ProcessInfo.processInfo.environment["OCIMERGE_ENGINES"]
    static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Runs the tool and returns standard output without the last line break. Throws the tool's output if it fails.
    @discardableResult
    func callAsFunction(_ arguments: String..., directory: String? = nil) throws -> String {
        try run(arguments, directory: directory).stdout.withoutEndingNewlines
    }

    @discardableResult
    func run(_ arguments: [String], directory: String? = nil) throws -> Run {
        let arguments = connection + arguments
        let run = try Program.run(rawValue, arguments, directory: directory)
        guard run.status == 0 else { throw ToolFailure(command: [rawValue] + arguments, run: run) }
        return run
    }

    /// The command line for a shell.
    func command(_ arguments: [String]) -> [String] { [rawValue] + connection + arguments }

    var isAvailable: Bool {
        if needsRoot, Tool.engines == nil { return false }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(rawValue)") }
    }

    private var needsRoot: Bool {
        switch self {
        case .buildah, .podman, .docker, .ctr: true
        case .skopeo, .umoci, .tar, .qemuS390x, .qemuARM64, .qemuARM: false
        }
    }

    private var connection: [String] {
        switch self {
        case .docker: ["-H", "unix://\(Tool.engines ?? "")/docker.sock"]
        case .ctr: ["-a", "\(Tool.engines ?? "")/containerd.sock"]
        case .skopeo: ["--insecure-policy"]
        default: []
        }
    }
}

struct ToolFailure: Error, CustomStringConvertible {
    let command: [String]
    let run: Run

    var description: String {
        "`\(command.joined(separator: " "))` ended with \(run.status): \(run.stdout)\(run.stderr)"
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test with a message if a tool is missing. In CI the test runs and fails instead.
    static func needs(_ tools: Tool...) -> Self {
        let missing = tools.filter { !$0.isAvailable }.map(\.rawValue).joined(separator: ", ")
        return .enabled("NOT TESTED: needs \(missing), by scripts/test as root") { missing.isEmpty || Tool.isCI }
    }
}

extension String {
    var withoutEndingNewlines: String {
        var text = Substring(self)
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }
}
