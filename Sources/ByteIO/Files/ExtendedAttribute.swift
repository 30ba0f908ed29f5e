internal import CAttributes
internal import Glibc

/// A named value of a file beside its content, such as a capability.
package struct ExtendedAttribute: Hashable, Sendable {
    package let name: String
    package let value: [UInt8]

    package init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// Attributes that belong to the file: capabilities, access lists and those of users. Others belong to the machine:
    /// labels of its policies and marks of its file systems, of which some are shown to root alone.
    private static let names = ["security.capability", "system.posix_acl_access", "system.posix_acl_default"]
    private static let prefix = "user."
    /// Marks of overlay file systems.
    private static let overlayPrefix = "user.overlay."

    private var isOfFile: Bool {
        Self.names.contains(name) || name.hasPrefix(Self.prefix) && !name.hasPrefix(Self.overlayPrefix)
    }

    /// Those of an open file, in the order of their names, those of the file alone. `path` is the name for failures.
    static func all(ofFile descriptor: Int32, _ path: () -> String) throws(IOFailure) -> [ExtendedAttribute] {
        try unsafe all(
            path, list: { unsafe flistxattr(descriptor, $0, $1) },
            value: { unsafe fgetxattr(descriptor, $0, $1, $2) })
    }

    /// Those of a link itself, opened with O_PATH. The system reads them by a path alone: the one that it has for the
    /// descriptor.
    static func all(ofLink descriptor: Int32, _ path: () -> String) throws(IOFailure) -> [ExtendedAttribute] {
        let place = "/proc/self/fd/\(descriptor)"
        return try unsafe all(
            path, list: { unsafe listxattr(place, $0, $1) }, value: { unsafe getxattr(place, $0, $1, $2) })
    }

    private static func all(
        _ path: () -> String, list: (UnsafeMutablePointer<CChar>?, Int) -> Int,
        value: (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    ) throws(IOFailure) -> [ExtendedAttribute] {
        let names = try unsafe bytes(path) { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { unsafe list($0.baseAddress, $0.count) }
        }
        var attributes: [ExtendedAttribute] = []
        for name in (names ?? []).split(separator: 0) {
            // A PAX record has no other names.
            guard let name = String(validating: name, as: UTF8.self) else {
                throw IOFailure(.read, path(), .attributeName)
            }
            let found = try unsafe bytes(path) { buffer in unsafe value(name, buffer.baseAddress, buffer.count) }
            // Another program may have removed the attribute; that changes the time of the file.
            guard let found else { continue }
            let attribute = ExtendedAttribute(name: name, value: found)
            if attribute.isOfFile { attributes.append(attribute) }
        }
        return attributes.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    }

    /// The result of a call that fills a buffer; `nil` if there is none. The usual call finds nothing, and is the only
    /// one.
    private static func bytes(
        _ path: () -> String, _ call: (UnsafeMutableBufferPointer<UInt8>) -> Int
    ) throws(IOFailure) -> [UInt8]? {
        let size = retried { unsafe call(UnsafeMutableBufferPointer(start: nil, count: 0)) }
        if size < 0 {
            if errno == ENODATA || errno == ENOTSUP { return nil }
            throw IOFailure.last(.read, path())
        }
        if size == 0 { return [] }
        var buffer = [UInt8](repeating: 0, count: size)
        let got = retried { unsafe buffer.withUnsafeMutableBufferPointer { unsafe call($0) } }
        if got < 0 {
            if errno == ENODATA { return nil }
            // The value has grown meanwhile.
            if errno == ERANGE { throw IOFailure(.read, path(), .changed) }
            throw IOFailure.last(.read, path())
        }
        buffer.removeLast(size - got)
        return buffer
    }
}
