internal import Glibc

/// What the process was started with.
package enum ProcessEnvironment {
    package static func value(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }

    package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }
}
