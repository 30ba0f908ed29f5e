internal import Foundation

/// The files below a directory: relative path → bytes, links as `-> target`. Equal trees have equal dictionaries.
package enum Tree {
    package static func read(_ root: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let path = root + "/" + name
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                files[name] = Array("-> \(target)".utf8)
                continue
            }
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            if !isDirectory.boolValue { files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
        }
        return files
    }

    /// The names in a directory, hidden ones included. Leftover files would appear here.
    package static func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }
}
