internal import CArchive
internal import CCommit
internal import CCrypto
internal import CCurl
internal import CDeflate
internal import CISAL
internal import CYAML
internal import CZlib
internal import CZstd

/// The version of a library that the process uses.
package struct LibraryVersion: Sendable {
    package let name: String
    /// `nil` if the library is not installed.
    package let version: String?

    /// All libraries. The last is opened for the answer, as it is on first use.
    package static func all() -> [LibraryVersion] {
        [
            LibraryVersion(name: "libarchive", version: archive),
            LibraryVersion(name: "zlib", version: unsafe text(zlibVersion())),
            LibraryVersion(name: "libzstd", version: unsafe text(ZSTD_versionString())),
            LibraryVersion(name: "libdeflate", version: LIBDEFLATE_VERSION_STRING),
            LibraryVersion(name: "libyaml", version: unsafe text(yaml_get_version_string())),
            LibraryVersion(name: "libcrypto", version: OPENSSL_VERSION_STR),
            LibraryVersion(name: "libcurl", version: curl),
            LibraryVersion(name: "libisal", version: isal),
        ]
    }

    /// 3006002 is version 3.6.2.
    private static var archive: String {
        let number = archive_version_number()
        return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }

    /// `curl_version` begins with "libcurl/7.88.1 ".
    private static var curl: String? {
        let first = unsafe text(curl_version())?.split(separator: " ").first
        return first?.split(separator: "/").last.map(String.init)
    }

    /// The library has no function that returns its version, but its file is named after it: libisal.so.2.0.30.
    private static var isal: String? {
        var info = unsafe Dl_info()
        guard let handle = unsafe dlopen(ISALInflater.libraryName, RTLD_NOW | RTLD_LOCAL),
            let function = unsafe dlsym(handle, "isal_inflate"), unsafe dladdr(function, &info) != 0,
            let path = unsafe text(info.dli_fname)
        else { return nil }
        let name = FileSystem.name(of: FileSystem.resolved(path))
        return name.firstRange(ofText: ".so.").map { String(name[$0.upperBound...]) } ?? name
    }

    private static func text(_ characters: UnsafePointer<CChar>?) -> String? {
        unsafe characters.map { unsafe String(cString: $0) }
    }
}

/// The commit from which the program was built.
package enum BuildCommit {
    /// `nil` if it is unknown.
    package static var hex: String? {
        let text = text
        return text.isEmpty ? nil : String(text.split(separator: "-")[0])
    }

    /// Whether the sources differed from the commit.
    package static var isModified: Bool { text.hasSuffix("-modified") }

    private static var text: String { unsafe String(cString: ocimerge_commit()) }
}
