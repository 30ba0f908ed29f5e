internal import Foundation

/// An archive that the binary wrote. Independent code splits it into members, and `tar` unpacks it as a layout.
package struct WrittenArchive {
    /// An entry of `manifest.json`.
    package struct DockerEntry: Decodable, Sendable, Equatable {
        package let config: String
        package let repoTags: [String]?
        package let layers: [String]

        enum CodingKeys: String, CodingKey {
            case config = "Config"
            case repoTags = "RepoTags"
            case layers = "Layers"
        }
    }

    package let members: [TarDissection.Member]
    /// The layout, without `manifest.json`, which is no part of it.
    package let layout: WrittenLayout
    /// The entries of `manifest.json`; `nil` if there is none.
    package let docker: [DockerEntry]?
    /// Every violation that the checks found.
    package private(set) var problems: [String] = []
    private let folder: Folder

    package init(_ path: String) throws {
        folder = try Folder()
        let tar = try Program.run("tar", ["-C", folder.path, "-xf", path])
        let dissection = TarDissection(try Self.plain(path))
        members = dissection.members
        let list = folder.path + "/manifest.json"
        docker = try FileManager.default.contents(atPath: list).map {
            try JSONDecoder().decode([DockerEntry].self, from: $0)
        }
        try? FileManager.default.removeItem(atPath: list)
        layout = try WrittenLayout(folder.path)
        if tar.status != 0 || !tar.stderr.isEmpty { problems.append("tar: \(tar.stderr)") }
        if dissection.tail != [UInt8](repeating: 0, count: 1024) {
            problems.append("\(dissection.tail.count) bytes behind the last member")
        }
        problems += layout.problems
        checkMembers()
        checkDocker()
    }

    /// Removes the directory with the last reference.
    private final class Folder {
        private let directory: TemporaryDirectory
        var path: String { directory.path }

        init() throws { directory = try TemporaryDirectory() }
    }

    package func content(_ name: String) -> [UInt8]? { members.first { $0.name == name }?.content }

    /// The decompressed tar.
    package static func plain(_ path: String) throws -> [UInt8] {
        let programs = ["gz": "gzip", "zst": "zstd", "xz": "xz", "bz2": "bzip2", "lz4": "lz4"]
        guard let program = programs[String(path.split(separator: ".").last ?? "")] else {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        return try Program.run(program, ["-dc", path]).output
    }

    /// Metadata files come first, then blobs in order. No member has an owner or a time.
    private mutating func checkMembers() {
        let names = members.map(\.name)
        let head = ["oci-layout", "index.json"] + (docker == nil ? [] : ["manifest.json"])
        if !names.starts(with: head) { problems.append("begins with \(names.prefix(4))") }
        let rest = names.dropFirst(head.count)
        if Array(rest) != rest.sorted() { problems.append("blobs are not in order") }
        if Set(names).count != names.count { problems.append("a member stands twice") }
        for member in members {
            let isDirectory = member.name.hasSuffix("/")
            if member.type != (isDirectory ? "5" : "0") { problems.append("\(member.name) is of type \(member.type)") }
            let block = member.headers.suffix(512)
            let mode = isDirectory ? "0000755" : "0000644"
            let owner = String(decoding: block.dropFirst(100).prefix(24), as: UTF8.self)
            if owner != "\(mode)\0" + "0000000\0" + "0000000\0" { problems.append("\(member.name): \(owner)") }
            let time = String(decoding: block.dropFirst(136).prefix(11), as: UTF8.self)
            if time != "00000000000" { problems.append("\(member.name): time \(time)") }
            if block.dropFirst(265).contains(where: { $0 != 0 }) { problems.append("\(member.name): an owner's name") }
            if member.padding.contains(where: { $0 != 0 }) { problems.append("\(member.name): padding") }
        }
    }

    /// Every entry of `manifest.json` describes a complete image of the layout.
    private mutating func checkDocker() {
        for entry in docker ?? [] {
            func digest(_ name: String) -> String {
                "sha256:" + name.replacingOccurrences(of: "blobs/sha256/", with: "")
            }
            let image = layout.images.first {
                $0.configDigest == digest(entry.config) && $0.layers.map(\.digest) == entry.layers.map(digest)
            }
            if image == nil { problems.append("manifest.json describes no image of the index: \(entry)") }
            for name in [entry.config] + entry.layers where content(name) == nil { problems.append("lacks \(name)") }
            for name in entry.repoTags ?? [] where image?.names.contains(name) == false {
                problems.append("\(name) is no name of \(entry.config)")
            }
        }
    }
}
