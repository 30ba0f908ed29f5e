internal import Glibc

/// Lists directories, and removes them with their content.
extension FileSystem {
    package static func entries(of path: String) throws(IOFailure) -> [String] {
        try entries(adopting: retried { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }, path)
    }

    /// Takes ownership of the descriptor of a directory.
    static func entries(adopting descriptor: Int32, _ path: String) throws(IOFailure) -> [String] {
        try unsafe list(adopting: descriptor, path) { unsafe String(cString: $0) }
    }

    /// The names as bytes, which need not be UTF-8. Takes ownership of the descriptor.
    static func names(adopting descriptor: Int32, _ path: String) throws(IOFailure) -> [[UInt8]] {
        try unsafe list(adopting: descriptor, path) { name in
            unsafe [UInt8](UnsafeRawBufferPointer(start: name, count: strlen(name)))
        }
    }

    private static func list<Name: Equatable>(
        adopting descriptor: Int32, _ path: String, _ name: (UnsafePointer<CChar>) -> Name
    ) throws(IOFailure) -> [Name] {
        guard descriptor >= 0 else { throw IOFailure.last(.list, path) }
        guard let directory = unsafe fdopendir(descriptor) else {
            let failure = IOFailure.last(.list, path)
            close(descriptor)
            throw failure
        }
        defer { unsafe closedir(directory) }
        let dots = unsafe [name("."), name("..")]
        var names: [Name] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(directory) else { break }
            let found = unsafe Self.name(of: entry, name)
            if !dots.contains(found) { names.append(found) }
        }
        guard errno == 0 else { throw IOFailure.last(.list, path) }
        return names
    }

    /// Removes as much of the tree as it can, and never follows a link out of it, not even one that is created meanwhile.
    /// Throws nothing: clean-up must not hide the error that made it necessary. Returns why a part of the tree stays; `nil`
    /// if nothing stays.
    @discardableResult
    package static func removeTree(_ path: String) -> IOFailure? {
        let code = removeTree(path, in: AT_FDCWD)
        return code == 0 ? nil : IOFailure(.remove, path, .system(code))
    }

    /// Returns the error code of the first failure, 0 if there is none.
    static func removeTree(_ name: String, in parent: Int32) -> Int32 {
        if unsafe unlinkat(parent, name, 0) == 0 || errno == ENOENT { return 0 }
        let refusal = errno
        let descriptor = retried { unsafe openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
        guard descriptor >= 0 else {
            if errno == ENOENT { return 0 }
            return errno == ENOTDIR || errno == ELOOP ? refusal : errno
        }
        var code: Int32 = 0
        if let stream = unsafe fdopendir(descriptor) {
            while let entry = unsafe readdir(stream) {
                let child = unsafe Self.name(of: entry) { unsafe String(cString: $0) }
                if child == "." || child == ".." { continue }
                let failed = removeTree(child, in: descriptor)
                if code == 0 { code = failed }
            }
            unsafe closedir(stream)
        } else {
            code = errno
            close(descriptor)
        }
        if unsafe unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return 0 }
        return code == 0 ? errno : code
    }

    private static func name<Name>(
        of entry: UnsafeMutablePointer<dirent>, _ name: (UnsafePointer<CChar>) -> Name
    ) -> Name {
        unsafe withUnsafePointer(to: &entry.pointee.d_name) {
            unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe name($0) }
        }
    }
}
