package import ImageModel

/// The members of a config that decide how a container starts.
package struct StartConfig: Sendable, Equatable {
    package var entrypoint: [String] = []
    package var command: [String] = []
    package var environment: [String] = []
    /// Empty for the root.
    package var workingDirectory = ""
    /// `USER` or `USER:GROUP`; empty for root.
    package var user = ""
    package var volumes: [String] = []
    /// Whether the first word is a whole command line of Windows.
    package var isCommandLine = false

    package init() {}

    package init(_ details: ConfigDetails) {
        // Docker removes an entrypoint with this form, so that the command counts.
        entrypoint = details.entrypoint == [""] ? [] : details.entrypoint
        command = details.command
        environment = details.environment
        workingDirectory = details.workingDirectory ?? ""
        user = details.user ?? ""
        volumes = details.volumes
        isCommandLine = details.isCommandLine
    }

    /// The path that a text names. Relative paths refer to the working directory.
    func path(_ text: String) -> FilePath {
        text.utf8.first == UInt8(ascii: "/") ? FilePath(text) : FilePath(workingDirectory + "/" + text)
    }

    /// The value of a variable of the environment; the last one counts. `nil` if it is not set.
    func variable(_ name: String) -> String? {
        environment.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
