internal import Glibc

/// What the process was started with.
package enum ProcessEnvironment {
    package static func value(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }

    package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }
}

/// Programs by their names alone.
package enum ExecutableSearch {
    /// The first in PATH that may be run. Folders that depend on where we stand are passed over: what lies there may be
    /// anybody's.
    package static func path(of name: String, in folders: String?) -> String? {
        for folder in (folders ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if FileSystem.kind(of: path) == .file, unsafe access(path, X_OK) == 0 { return path }
        }
        return nil
    }
}
