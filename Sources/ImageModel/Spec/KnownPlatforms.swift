/// The platforms that exist: the ports of Go's toolchain (`go tool dist list`), those of WebAssembly runtimes, and the
/// variants that engines know.
package enum KnownPlatforms {
    /// The architectures of each system.
    private static let ports: [(os: String, architectures: [String])] = [
        ("aix", ["ppc64"]),
        ("android", ["386", "amd64", "arm", "arm64"]),
        ("darwin", ["amd64", "arm64"]),
        ("dragonfly", ["amd64"]),
        ("freebsd", ["386", "amd64", "arm", "arm64", "riscv64"]),
        ("illumos", ["amd64"]),
        ("ios", ["amd64", "arm64"]),
        ("js", ["wasm"]),
        (
            "linux",
            [
                "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
                "riscv64", "s390x",
            ]
        ),
        ("netbsd", ["386", "amd64", "arm", "arm64"]),
        ("openbsd", ["386", "amd64", "arm", "arm64", "ppc64", "riscv64"]),
        ("plan9", ["386", "amd64", "arm"]),
        ("solaris", ["amd64"]),
        ("wasi", ["wasm"]),
        ("wasip1", ["wasm"]),
        ("windows", ["386", "amd64", "arm", "arm64"]),
    ]

    private static let variants: [String: [String]] = [
        "amd64": ["v1", "v2", "v3", "v4"],
        "arm": ["v5", "v6", "v7", "v8"],
        "arm64": ["v8", "v9"],
        "ppc64le": ["power8", "power9", "power10"],
        "riscv64": ["rva20u64", "rva22u64", "rva23u64"],
    ]

    /// `linux/amd64`, `linux/arm/v7`: every port, without and with its variants.
    package static let names: [String] = ports.flatMap { port in
        port.architectures.flatMap { architecture in
            let name = "\(port.os)/\(architecture)"
            return [name] + (variants[architecture] ?? []).map { "\(name)/\($0)" }
        }
    }

    /// Words for architectures that other tools use, with the name that images need.
    package static let aliases: [String: String] = [
        "arm32v5": "arm/v5", "arm32v6": "arm/v6", "arm32v7": "arm/v7", "arm64v8": "arm64", "armv5": "arm/v5",
        "armv6": "arm/v6", "armv6l": "arm/v6", "armv7": "arm/v7", "armv7l": "arm/v7", "armv8": "arm64", "i586": "386",
        "i686": "386", "ia32": "386", "loongarch64": "loong64", "mips64el": "mips64le", "mipsel": "mipsle",
        "powerpc64le": "ppc64le", "ppc64el": "ppc64le", "riscv": "riscv64", "x64": "amd64", "x86": "386",
    ]

    /// The architectures that Go reserves, ports or not.
    static let allArchitectures: Set<String> = [
        "386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le",
        "mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc",
        "sparc64", "wasm",
    ]

    static func contains(_ platform: Platform) -> Bool {
        guard let port = ports.first(where: { $0.os == platform.os }),
            port.architectures.contains(platform.architecture)
        else { return false }
        guard let variant = platform.variant else { return true }
        // Processors have minor versions: v8.2.
        let major = platform.architecture == "arm64" ? variant.prefix { $0 != "." } : variant[...]
        return variants[platform.architecture]?.contains(String(major)) ?? false
    }
}
