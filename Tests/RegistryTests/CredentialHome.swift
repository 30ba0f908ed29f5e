import Foundation
import TestSupport

@testable import Registry

/// A temporary home directory with credential files and with helpers that are shell scripts.
struct CredentialHome: ~Copyable {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Writes `docker-credential-NAME`, a shell script that logs every call in $log and may store files in $store.
    func helper(_ name: String, _ body: String) throws {
        let text = """
            #!/bin/sh
            store=\(directory.path)/store; log=\(directory.path)/log
            echo "$(basename "$0") $*" >> "$log"
            \(body)

            """
        let path = directory.path("bin/docker-credential-\(name)")
        try directory.write([], to: "bin/.keep")
        // Another program writes the file. A child process of this one could inherit the open file, and the script
        // could not be executed.
        try Program.run("dd", ["of=\(path)", "status=none"], input: Array(text.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Writes a helper that stores credentials.
    func keepingHelper(_ name: String) throws {
        try helper(
            name,
            """
            mkdir -p "$store"
            case $1 in
            store) cat > "$store/new"; mv "$store/new" "$store/$(sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/; s/[^a-z0-9.]/_/g' "$store/new")" ;;
            get) server=$(cat | sed 's/[^a-z0-9.]/_/g'); cat "$store/$server" 2> /dev/null || {
                echo "credentials not found in native keychain"; exit 1; } ;;
            erase) rm -f "$store/$(cat | sed 's/[^a-z0-9.]/_/g')" ;;
            esac
            """)
    }

    func write(_ text: String, _ name: String) throws { try directory.write(Array(text.utf8), to: name) }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: directory.path(name))), as: UTF8.self)
    }

    /// The logged calls of helpers.
    var calls: [String] { ((try? read("log")) ?? "").split(separator: "\n").map(String.init) }

    func environment(_ more: [String: String] = [:]) -> [String: String] {
        [
            "HOME": directory.path("home"), "XDG_RUNTIME_DIR": directory.path("run"),
            "PATH": "\(directory.path("bin")):/usr/bin:/bin",
        ].merging(more) { $1 }
    }

    func places(_ more: [String: String] = [:], only: String? = nil) -> CredentialPlaces {
        let all = environment(more)
        return CredentialPlaces(only: only, user: 1) { all[$0] }
    }
}
