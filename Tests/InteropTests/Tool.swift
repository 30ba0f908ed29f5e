import Foundation
import TestSupport
import Testing

/// A program of Debian's packages. Those of a daemon talk to the one that scripts/test started.
enum Tool: String, Sendable {
    case skopeo, buildah, podman, umoci, docker, ctr, tar
    case qemuS390x = "qemu-s390x-static"
    case qemuARM64 = "qemu-aarch64-static"
    case qemuARM = "qemu-arm-static"

    /// Where scripts/test has the engines' sockets; nil without them, and without root.
    static let engines = ProcessInfo.processInfo.environment["OCIMERGE_ENGINES"]
    static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Ends with success or throws what the tool said. Returns standard output without the last line break.
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

    /// For a shell that shall run it.
    func command(_ arguments: [String]) -> [String] { [rawValue] + connection + arguments }

    var isThere: Bool {
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
    /// Leaves a test out, and says so, where a tool is missing. In CI the test runs, and fails for want of the tool.
    static func needs(_ tools: Tool...) -> Self {
        let missing = tools.filter { !$0.isThere }.map(\.rawValue).joined(separator: ", ")
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
