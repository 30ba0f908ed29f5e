internal import Foundation

/// A damaged or hostile input, and the result of each command that reads it.
package struct HostileInput: Sendable, CustomStringConvertible {
    package enum Form: Sendable {
        case archive([UInt8])
        /// Paths and contents below a directory.
        case directory([(name: String, content: [UInt8])])
        /// A program for `sh` that makes `in` in the working directory.
        case script(String)
        /// An image in a registry, which the test serves itself.
        case registry
    }

    /// The result that a test asserts.
    package enum Outcome: Sendable {
        /// Exit 0 without a warning.
        case done
        /// Exit 0 with at least one warning.
        case warned
        /// Exit 1 with one error line and an empty standard output, or, of `verify`, with a report of errors.
        case refused
        /// Exit 2 with one error line: the command takes no such file.
        case misused
    }

    /// Commands that treat an input alike.
    package enum Use: String, Sendable, CaseIterable {
        /// merge into any destination but these two, push and pack
        case copy
        /// merge into dir:, which holds one index
        case directory
        /// merge into docker-archive:
        case docker
        /// merge with --compress, which reads layers
        case recode
        /// merge with --fix, which looks for executables
        case evidence
        /// merge with --evidence=full, which checks the start too; as `evidence` unless stated
        case start
        /// --dry-run of merge and push, which reads documents only
        case plan
        /// A copy to a registry that is planned only. The layers of an image that is in a registry are not read.
        case plannedPush
        /// fix --platform with a new destination
        case fix
        /// fix --platform --in-place, which in a layout writes documents only
        case edit
        /// fix --platform --dry-run
        case preview
        /// fix --auto
        case auto
        /// edit --add-layer with a directory, which lists the files of layers; as `fix` and `files` unless stated
        case layers
        /// inspect
        case inspect
        /// inspect --evidence=full, which reads layers; as `inspect` unless stated
        case search
        /// diff with itself; as `inspect` unless stated
        case compare
        /// inspect --raw
        case raw
        /// inspect --config
        case config
        /// inspect --files, which reads layers; as `verify` unless stated
        case files
        /// cat of a path that no image has
        case cat
        case verify
        /// ls
        case list
        case tag
        /// rm
        case remove
        /// gc
        case collect
        /// pack --since, where the input is the base
        case base
        /// merge --spec, where the input is the YAML file
        case spec
        /// login and logout with --authfile
        case credentials
    }

    package let description: String
    /// The name of the image that `tag` and `rm` look for.
    package let image: String
    /// The file name of the input.
    package let fileName: String
    /// Makes the content.
    package let form: @Sendable () throws -> Form
    private let outcome: Outcome
    private let exceptions: [Use: Outcome]
    private let isDirectory: Bool
    /// Whether the content is neither a file nor a directory from the start.
    private var isOther = false
    private var isInRegistry = false

    private init(
        _ description: String, image: String, fileName: String, isDirectory: Bool, _ outcome: Outcome,
        _ exceptions: [Use: Outcome], _ form: @escaping @Sendable () throws -> Form
    ) {
        (self.description, self.image, self.fileName, self.isDirectory) = (description, image, fileName, isDirectory)
        (self.outcome, self.exceptions, self.form) = (outcome, exceptions, form)
    }

    package static let defaultName = "docker.io/demo/app:1.0"

    package static func archive(
        _ description: String, _ outcome: Outcome = .refused, _ exceptions: [Use: Outcome] = [:],
        image: String = defaultName, fileName: String = "in", _ bytes: @escaping @Sendable () throws -> [UInt8]
    ) -> HostileInput {
        HostileInput(description, image: image, fileName: fileName, isDirectory: false, outcome, exceptions) {
            .archive(try bytes())
        }
    }

    package static func layout(
        _ description: String, _ outcome: Outcome = .refused, _ exceptions: [Use: Outcome] = [:],
        image: String = defaultName, fileName: String = "in",
        _ make: @escaping @Sendable (inout HandmadeLayout) throws -> Void
    ) -> HostileInput {
        HostileInput(description, image: image, fileName: fileName, isDirectory: true, outcome, exceptions) {
            var layout = HandmadeLayout()
            try make(&layout)
            return .directory(layout.complete)
        }
    }

    package static func script(
        _ description: String, _ outcome: Outcome = .refused, _ exceptions: [Use: Outcome] = [:],
        image: String = defaultName, isDirectory: Bool = true, program: String
    ) -> HostileInput {
        var input = HostileInput(
            description, image: image, fileName: "in", isDirectory: isDirectory, outcome, exceptions
        ) { .script(program) }
        input.isOther = true
        return input
    }

    package static func registry(
        _ description: String, _ outcome: Outcome = .refused, _ exceptions: [Use: Outcome] = [:]
    ) -> HostileInput {
        var input = HostileInput(
            description, image: "1.0", fileName: "in", isDirectory: false, outcome, exceptions
        ) { .registry }
        input.isOther = true
        input.isInRegistry = true
        return input
    }

    /// Whether the input can be standard input.
    package var canStream: Bool { !isDirectory && !isOther }

    /// The result of a use. Commands for layouts refuse everything that is no directory.
    package func expected(_ use: Use) -> Outcome {
        switch use {
        case .tag, .remove, .collect: if !isDirectory { return isInRegistry ? .misused : .refused }
        case .list:
            // The servers of the tests list no tags.
            if isInRegistry { return .refused }
            if !isDirectory { return exceptions[use] ?? expected(.inspect) }
        case .spec, .credentials: return exceptions[use] ?? .refused
        case .plannedPush: return exceptions[use] ?? expected(.plan)
        case .layers:
            if let stated = exceptions[use] { return stated }
            return expected(.fix) == .refused ? .refused : expected(.files)
        case .start: return exceptions[use] ?? expected(.evidence)
        case .search, .compare: return exceptions[use] ?? expected(.inspect)
        case .cat: return exceptions[use] ?? .refused
        case .files: return exceptions[use] ?? expected(.verify)
        default: break
        }
        return exceptions[use] ?? outcome
    }

    /// Makes the input below a directory and returns its path.
    package func write(in directory: String) throws -> String {
        let path = directory + "/" + fileName
        let files = FileManager.default
        switch try form() {
        case .archive(let bytes): try Data(bytes).write(to: URL(fileURLWithPath: path))
        case .directory(let contents):
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (name, content) in contents {
                let url = URL(fileURLWithPath: path + "/" + name)
                try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content).write(to: url)
            }
        case .script(let program):
            let run = try Program.run("/bin/sh", ["-euc", program], directory: directory)
            guard run.status == 0 else { throw HostileInputError(program: program, says: run.stderr) }
        case .registry: break
        }
        return path
    }
}

/// The script of an input failed.
package struct HostileInputError: Error {
    let program: String
    let says: String
}

/// Results that inputs share.
extension [HostileInput.Use: HostileInput.Outcome] {
    /// Commands that read no layer do their work.
    package static let documentsOnly: Self = [
        .plan: .done, .edit: .done, .preview: .done, .auto: .warned, .inspect: .done, .raw: .done, .config: .done,
        .list: .done,
        .tag: .done, .remove: .done, .collect: .done, .base: .done,
    ]

    /// As `documentsOnly`, if the size of a file is not what its descriptor says.
    package static let sizesDiffer = documentsOnly.with([.plan: .refused])

    /// In an archive, which is rewritten as a whole.
    package static let documentsOfArchive: Self = [
        .plan: .done, .preview: .done, .auto: .warned, .inspect: .done, .raw: .done, .config: .done,
        .base: .done,
    ]

    /// A name is listed, added and removed although the document that it leads to cannot be read.
    package static let namesOnly: Self = [.list: .warned, .tag: .done, .remove: .done]

    /// The image holds no executables, or is none.
    package static let silent: Self = [.auto: .warned]

    package func with(_ other: Self) -> Self { merging(other) { $1 } }
}
