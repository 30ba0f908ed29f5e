internal import Foundation

/// A private directory for a test. It is removed with the value.
package struct TemporaryDirectory: ~Copyable {
    package let path: String

    package init() throws {
        // Short and in lower case: podman parses a layout's path as a name, and limits the path of a store.
        let unique = UUID().uuidString.lowercased().prefix(8)
        path = FileManager.default.temporaryDirectory.path + "/ocimerge-test-" + unique
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func path(_ name: String) -> String { path + "/" + name }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let target = path(name)
        let parent = URL(fileURLWithPath: target).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: target))
        return target
    }
}
