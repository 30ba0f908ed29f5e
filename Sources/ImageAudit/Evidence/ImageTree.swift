internal import ByteIO
internal import ImageModel

/// The programs of an image as a container sees them. Paths have no leading slash.
protocol ProgramTree {
    /// The file at a path; links are followed. `nil` if there is none.
    func file(at path: String) throws(IOFailure) -> ImageTree.File?
    /// The path without links, also if there is no file. `nil` if the links never end.
    func resolved(_ path: String) -> String?
    /// All paths of possible programs, each once, in order.
    func candidates() -> [(path: String, role: PathRole)]
    /// The program that a container sees at a path without links; `nil` if there is none.
    func program(at path: String) throws(IOFailure) -> ImageTree.File?
}

/// The files of an image as a container sees them, by listings of its layers that need not be complete: layers are
/// stacked, and links are followed inside.
struct ImageTree: ProgramTree {
    struct File {
        let path: String
        let layer: Digest
        let content: ProgramFile
        /// Whether the file has an execute bit.
        let isExecutable: Bool
        /// The paths of the links that were followed, the requested path first; empty if it was no link.
        var through: [String]
    }

    private struct Layer {
        let digest: Digest
        let listing: LayerListing
    }

    /// The topmost first.
    private let layers: [Layer]
    private let effort: SearchBudget

    /// `listings` are in the order of a manifest, the lowest first. A layer without a listing is ignored.
    init(_ listings: [(digest: Digest, listing: LayerListing?)], _ effort: SearchBudget) {
        self.effort = effort
        layers = listings.reversed().compactMap { layer in
            layer.listing.map { Layer(digest: layer.digest, listing: $0) }
        }
    }

    private static let linkLimit = 40
    /// The longest path that a kernel accepts.
    private static let pathLimit = 4096

    /// The file at a path from the root.
    func file(at path: String) throws(IOFailure) -> File? {
        guard let (resolved, links) = resolve(path) else { return nil }
        // If an upper layer writes below a link of a lower one, its file has the path that was written.
        if let file = try read(resolved, links) { return file }
        let given = String(path.drop { $0 == "/" })
        return resolved == given ? nil : try read(given, [])
    }

    func resolved(_ path: String) -> String? { resolve(path)?.path }

    /// The target of a path after following links, and the links for its last part; `nil` if they never end.
    func resolve(_ path: String) -> (path: String, links: [String])? {
        guard path.utf8.count <= Self.pathLimit else { return nil }
        var links: [String] = []
        var rest = path.split(separator: "/").map(String.init)
        var done: [String] = []
        var followed = 0
        while !rest.isEmpty {
            let part = rest.removeFirst()
            if part == "." { continue }
            if part == ".." {
                _ = done.popLast()
                continue
            }
            let place = LayerListing.key((done + [part]).joined(separator: "/"))
            guard let (_, found) = find(place), case .entry(.symbolicLink(let target)) = found else {
                done.append(part)
                continue
            }
            followed += 1
            guard followed <= Self.linkLimit, target.utf8.count <= Self.pathLimit else { return nil }
            if rest.isEmpty { links.append(place) }
            if target.utf8.first == UInt8(ascii: "/") { done = [] }
            rest = target.split(separator: "/").map(String.init) + rest
        }
        return (LayerListing.key(done.joined(separator: "/")), links)
    }

    private func read(_ path: String, _ links: [String]) throws(IOFailure) -> File? {
        var path = path
        var first = 0
        for _ in 0..<Self.linkLimit {
            guard let (number, found) = find(path, from: first), case .entry(let entry) = found else { return nil }
            if case .hardLink(let target) = entry {
                // The target when the layer of the link was made. An upper layer that replaces the target does not
                // change it.
                path = target
                first = number
                continue
            }
            let layer = layers[number]
            return File(
                path: path, layer: layer.digest, content: try layer.listing.content(of: entry),
                isExecutable: layer.listing.isExecutable(path), through: links)
        }
        return nil
    }

    private func find(_ path: String, from first: Int = 0) -> (layer: Int, found: LayerListing.Found)? {
        guard effort.spend(on: path, layers: layers.count) else { return nil }
        let place = LayerListing.Place(path)
        for number in first..<layers.count {
            if let found = layers[number].listing.find(place) { return (number, found) }
            if layers[number].listing.hides(place) { return nil }
        }
        return nil
    }

    /// All paths of possible programs, each once, in order.
    func candidates() -> [(path: String, role: PathRole)] {
        var paths: Set<String> = []
        for layer in layers {
            for (path, entry) in layer.listing.entries {
                if case .symbolicLink = entry { continue }
                paths.insert(path)
            }
        }
        return paths.sorted().map { ($0, PathRole($0)) }
    }

    /// The program that a container sees at a path without links; `nil` if there is none.
    func program(at path: String) throws(IOFailure) -> File? {
        guard let file = try read(path, []), case .program = file.content else { return nil }
        return file
    }
}
