internal import Glibc

/// The environment of the process.
package enum ProcessEnvironment {
    package static func value(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }

    /// The number of the first argument that is not valid UTF-8; `nil` if all are. `CommandLine.arguments` holds it repaired,
    /// so it would name another file.
    package static var invalidArgument: Int? {
        for number in 1..<max(1, Int(CommandLine.argc)) {
            guard let text = unsafe CommandLine.unsafeArgv[number] else { return nil }
            if unsafe String(validatingCString: text) == nil { return number }
        }
        return nil
    }

    package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

    /// Ends the process with status 0 and without a message if it still runs after this time.
    package static func exitQuietly(afterSeconds seconds: UInt32) {
        signal(SIGALRM) { _ in _exit(0) }
        _ = alarm(seconds)
    }
}

/// Finds programs by name.
package enum ExecutableSearch {
    /// The first executable in PATH. Relative folders are skipped: they depend on the current directory, which may hold
    /// the files of another user.
    package static func path(of name: String, in folders: String?) -> String? {
        for folder in (folders ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if FileSystem.kind(of: path) == .file, unsafe access(path, X_OK) == 0 { return path }
        }
        return nil
    }
}
