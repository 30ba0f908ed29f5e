/// The shape of a platform on a command line. It distinguishes an optional value of a flag from the next source, and
/// supplies completions. `Platform` parses the text.
enum PlatformShape {
    /// The platforms that completions offer.
    static let common = [
        "linux/386", "linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64", "linux/loong64", "linux/mips64le",
        "linux/ppc64le", "linux/riscv64", "linux/s390x", "windows/amd64", "windows/arm64",
    ]

    private static let systems: Set<String> = [
        "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "macos", "netbsd",
        "openbsd", "plan9", "solaris", "wasi", "wasip1", "windows", "zos",
    ]
    private static let architectures: Set<String> = [
        "386", "aarch64", "amd64", "arm", "arm64", "armel", "armhf", "i386", "loong64", "mips", "mips64", "mips64le",
        "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm", "x86-64", "x86_64",
    ]

    /// `os/arch[/variant][:os.version]` or `arch[/variant]` of names this list knows: `linux/amd64.tar` is a path.
    static func matches(_ argument: String) -> Bool {
        let platform = argument.prefix { $0 != ":" }
        var parts = platform.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.first.map(systems.contains) == true {
            parts.removeFirst()
        } else if platform.endIndex != argument.endIndex {
            return false
        }
        guard let architecture = parts.first, architectures.contains(architecture) else { return false }
        return parts.count == 1 || (parts.count == 2 && isVariant(parts[1]))
    }

    private static func isVariant(_ part: String) -> Bool {
        let digits = part.utf8.dropFirst()
        return part.utf8.first == UInt8(ascii: "v") && !digits.isEmpty
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

/// The size of a volume or a chunk: `4G`, `700MB`, bytes. K, M, G and T are powers of 1024; KB to TB of 1000.
enum VolumeSize {
    /// Smaller volumes would contain little but headers.
    static let least: Int64 = 1_000_000

    private static let units: [(suffix: String, factor: Int64)] = [
        ("", 1), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40), ("KB", 1000), ("MB", 1_000_000),
        ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]

    static func parse(_ text: String, option: String = "--split") throws(UsageError) -> Int64 {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let rest = String(decoding: text.utf8.dropFirst(digits.count), as: UTF8.self).uppercased()
        guard let unit = units.first(where: { $0.suffix == rest }), !digits.isEmpty
        else { throw .invalidSize(text, option: option, least: least) }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)) else { throw .tooLarge(text, option: option) }
        let (size, overflows) = number.multipliedReportingOverflow(by: unit.factor)
        if overflows { throw .tooLarge(text, option: option) }
        guard size >= least else { throw .invalidSize(text, option: option, least: least) }
        return size
    }
}
