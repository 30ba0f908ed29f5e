internal import ByteIO
internal import ImageModel

/// Finds the program that an image runs: through PATH, links and scripts.
struct EntrypointSearch {
    private let tree: any ProgramTree
    private let config: ConfigView
    private let isWindows: Bool

    init(_ tree: any ProgramTree, _ config: ConfigView) {
        self.tree = tree
        self.config = config
        isWindows = config.platform?.normalized.os == "windows"
    }

    private static let scriptLimit = 5

    /// The last part of the path that was searched last: the file to watch for in layers that are not read yet.
    private(set) var pending: String?

    /// `nil` if the image runs nothing, or if the file is absent or no program.
    mutating func witness() throws(IOFailure) -> Evidence.Witness? {
        guard let word = Self.words(of: config).first else { return nil }
        var through: [String] = []
        return try follow(word, depth: 0, &through)
    }

    /// The command without an emulator before it.
    static func words(of config: ConfigView) -> ArraySlice<String> {
        var words = (config.entrypoint + config.command)[...]
        if let first = words.first, PathRole.isEmulator(LayerListing.name(of: first)), words.count > 1 {
            words = words.dropFirst().drop { $0.utf8.first == UInt8(ascii: "-") }
        }
        return words
    }

    private mutating func follow(
        _ word: String, depth: Int, _ through: inout [String]
    ) throws(IOFailure) -> Evidence.Witness? {
        guard depth < Self.scriptLimit else { return nil }
        for path in candidates(word) {
            guard let file = try tree.file(at: path) else {
                pending = LayerListing.name(of: tree.resolved(path) ?? path)
                continue
            }
            // A kernel runs no file without an execute bit, and the search goes on.
            guard isWindows || file.isExecutable else { continue }
            through += file.through.map { "/" + $0 }
            switch file.content {
            case .program(let machine):
                guard !PathRole.isEmulator(LayerListing.name(of: file.path)) else { return nil }
                return Evidence.Witness(
                    machine: machine, path: "/" + file.path, layer: file.layer, role: .entrypoint(through: through))
            case .script(let line):
                through.append("/" + file.path)
                guard let interpreter = Self.interpreter(line) else { return nil }
                return try follow(interpreter, depth: depth + 1, &through)
            // A kernel does not run it, and the search goes on.
            case .other: continue
            }
        }
        return nil
    }

    /// The interpreter of a script: `/bin/sh -e`, `/usr/bin/env -S python3 -u`.
    private static func interpreter(_ line: String) -> String? {
        let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let first = words.first else { return nil }
        guard LayerListing.name(of: first) == "env" else { return first }
        let named = words.dropFirst().first { word in
            word.utf8.first != UInt8(ascii: "-") && !word.utf8.contains(UInt8(ascii: "="))
        }
        return named ?? first
    }

    /// Paths without a leading slash, in the order in which they are tried.
    private func candidates(_ word: String) -> [String] {
        if isWindows { return windowsCandidates(word) }
        if word.utf8.first == UInt8(ascii: "/") { return [String(word.drop { $0 == "/" })] }
        if word.utf8.contains(UInt8(ascii: "/")) { return [config.workingDirectory + "/" + word] }
        return searchPath("PATH", separator: ":", otherwise: Self.usualPath).map { $0 + "/" + word }
    }

    private static let searchLimit = 256
    private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private func searchPath(_ name: String, separator: Character, otherwise: String) -> [String] {
        let wanted = name.lowercased()
        let set = config.environment.last { variable in
            let key = variable.prefix { $0 != "=" }
            return key.count < variable.count && (isWindows ? key.lowercased() == wanted : key == name)
        }
        let value = set.map { String($0.drop { $0 != "=" }.dropFirst()) } ?? otherwise
        return value.split(separator: separator, maxSplits: Self.searchLimit).prefix(Self.searchLimit).map(String.init)
    }

    /// `C:\\app\\x.exe` is the file Files/app/x.exe of a layer. The extension may be omitted.
    private func windowsCandidates(_ word: String) -> [String] {
        let isPath = word.utf8.contains { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/") }
        let folders =
            isPath ? [""] : searchPath("Path", separator: ";", otherwise: "C:\\Windows\\System32;C:\\Windows")
        return folders.flatMap { folder in
            let path = Self.unix(folder.isEmpty ? word : folder + "\\" + word)
            return [path, path + ".exe"].map { LayerListing.key("Files/" + $0) }
        }
    }

    private static func unix(_ path: String) -> String {
        var parts = path.split { $0 == "\\" || $0 == "/" }
        if parts.first?.utf8.last == UInt8(ascii: ":") { parts.removeFirst() }
        return parts.joined(separator: "/")
    }
}
