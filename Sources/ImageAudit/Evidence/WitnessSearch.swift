internal import ByteIO

/// Searches for evidence beside the entrypoint: the loader, the programs of the bin directories, any program.
struct WitnessSearch {
    private let tree: any ProgramTree
    private let candidates: [(path: String, role: PathRole)]

    init(_ tree: any ProgramTree) {
        self.tree = tree
        candidates = tree.candidates()
    }

    /// Enough programs for a meaningful majority, and few enough to be cheap.
    private static let limit = 256

    private struct Program {
        let machine: Machine
        let file: ImageTree.File
    }

    /// Whether programs were found that disagree.
    private(set) var sawPrograms = false

    mutating func loader() throws(IOFailure) -> Evidence.Witness? {
        let loaders = try programs { $0.isLoader && !$0.isLeftover }
        guard let first = loaders.first, Self.architectures(loaders).count == 1 else { return nil }
        return witness(first, .loader)
    }

    mutating func majority() throws(IOFailure) -> Evidence.Witness? {
        let programs = try programs { $0.isInBinDirectory && !$0.isLeftover }
        guard let most = Self.architectures(programs).max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            most.value * 2 > programs.count,
            let first = programs.first(where: { $0.machine.architecture == most.key })
        else { return nil }
        return witness(first, .majority(most.value, of: programs.count))
    }

    mutating func elsewhere() throws(IOFailure) -> Evidence.Witness? {
        let programs = try programs { !$0.isInBinDirectory && !$0.isLeftover && !$0.isLibrary }
        guard let first = programs.first, Self.architectures(programs).count == 1 else { return nil }
        return witness(first, .elsewhere(programs.count))
    }

    private mutating func programs(where isWanted: (PathRole) -> Bool) throws(IOFailure) -> [Program] {
        var programs: [Program] = []
        for candidate in candidates.filter({ isWanted($0.role) }).prefix(Self.limit) {
            guard let file = try tree.program(at: candidate.path), case .program(let machine) = file.content else {
                continue
            }
            // Images of other systems contain programs for Windows that they cannot run.
            let belongs = (machine.os == "windows") == PathRole.isInWindowsTree(file.path)
            if belongs { programs.append(Program(machine: machine, file: file)) }
        }
        if !programs.isEmpty { sawPrograms = true }
        return programs
    }

    private static func architectures(_ programs: [Program]) -> [String: Int] {
        programs.reduce(into: [:]) { $0[$1.machine.architecture, default: 0] += 1 }
    }

    private func witness(_ program: Program, _ role: Evidence.Witness.Role) -> Evidence.Witness {
        Evidence.Witness(
            machine: program.machine, path: "/" + program.file.path, layer: program.file.layer, role: role)
    }
}

/// The role of a file by its path. Paths have no leading slash.
struct PathRole {
    /// The directories of a system's programs.
    let isInBinDirectory: Bool
    /// A dynamic loader, by its name.
    let isLoader: Bool
    /// A library. Images contain libraries for other machines.
    let isLibrary: Bool
    /// Whether the file is a remnant of a cross-build, or meant for another machine than that of the image.
    let isLeftover: Bool

    init(_ path: String) {
        let parts = path.split(separator: "/")
        let directory = parts.dropLast().joined(separator: "/")
        let name = parts.last.map(String.init) ?? ""
        isInBinDirectory = Self.isBinDirectory(directory)
        isLoader = Self.isLoader(name) && Self.isLibraryDirectory(parts.dropLast())
        isLibrary = name.hasSuffix(".so") || name.hasSuffix(".dll") || name.split(separator: ".").contains("so")
        isLeftover = Self.isEmulator(name) || Self.isElsewhere(parts.dropLast())
    }

    static func isBinDirectory(_ path: String) -> Bool { binDirectories.contains(path) }

    private static let binDirectories: Set<String> = [
        "bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "files/windows",
        "files/windows/system32",
    ]

    /// `ld-linux-x86-64.so.2`, `ld-musl-s390x.so.1`, `ld64.so.2`, `ld-2.31.so`.
    private static func isLoader(_ name: String) -> Bool {
        guard let point = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
        let isLibrary = name.hasSuffix(".so") || name.split(separator: ".").dropFirst().first == "so"
        let stem = name[..<point]
        return isLibrary && (stem.hasPrefix("ld-") || stem == "ld" || stem == "ld64")
    }

    /// `lib`, `lib64`, `usr/lib`, with or without a triplet below.
    private static func isLibraryDirectory(_ parts: ArraySlice<Substring>) -> Bool {
        var parts = parts
        if parts.first == "usr" { parts = parts.dropFirst() }
        guard let first = parts.first, first.hasPrefix("lib"), parts.count <= 2 else { return false }
        return parts.count == 1 || parts.last.map(isTriplet) == true
    }

    /// `aarch64-linux-gnu`, `arm-linux-gnueabihf`, `x86_64-linux-musl`.
    private static func isTriplet(_ part: Substring) -> Bool {
        let words = part.split(separator: "-")
        return words.count >= 3 && words.contains("linux")
    }

    /// `qemu-s390x-static`, `qemu-aarch64`: left by builds for another processor.
    static func isEmulator(_ name: String) -> Bool { name.hasPrefix("qemu-") }

    /// The directory of drive C in layers of Windows.
    static func isInWindowsTree(_ path: String) -> Bool { path.utf8.starts(with: "files/".utf8) }

    private static let elsewhere: [[Substring]] = [
        ["lib", "firmware"], ["lib", "modules"], ["usr", "lib", "firmware"], ["usr", "lib", "modules"],
        ["usr", "lib", "debug"], ["usr", "share"], ["usr", "src"], ["usr", "local", "share"], ["boot"], ["firmware"],
        ["proc"], ["sys"], ["dev"], ["tmp"],
    ]
    private static let foreignNames: Set<Substring> = [
        "testdata", "test-data", "sysroot", "sysroots", "gcc-cross", "firmware",
    ]

    private static func isElsewhere(_ parts: ArraySlice<Substring>) -> Bool {
        if elsewhere.contains(where: { parts.starts(with: $0) }) || parts.contains(where: foreignNames.contains) {
            return true
        }
        // The tools and libraries of a cross-compiler: /usr/s390x-linux-gnu, but not /usr/lib/s390x-linux-gnu.
        return parts.count >= 2 && parts.first == "usr" && parts.dropFirst().first.map(isTriplet) == true
    }
}
