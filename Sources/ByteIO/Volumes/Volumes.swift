/// A file in pieces of a size that a medium takes: `X.001`, `X.002`, …, and beside them their checksums `X.sha256`, as
/// sha256sum writes them. The concatenated pieces are the file.
package struct Volumes: Sendable {
    package static let most = 999
    package static let listSuffix = ".sha256"

    package let paths: [String]
    /// The list of checksums; `nil` if there is none.
    private let list: (path: String, sums: [[UInt8]])?

    /// `nil` if the path is not that of the first of several pieces. A missing piece is an error that names it.
    package init?(first path: String) throws(IOFailure) {
        guard path.hasSuffix("." + Self.number(1)) else { return nil }
        let stem = String(path.dropLast(4))
        list = try Self.list(of: stem)
        let count = if let list { list.sums.count } else { try Self.lastNumber(of: stem) }
        guard count > 1 || list != nil else { return nil }
        paths = (1...count).map { "\(stem).\(Self.number($0))" }
        if list == nil, try VolumeGuess.isWhole(path, later: Array(paths.dropFirst())) { return nil }
        for volume in paths where try FileSystem.presentKind(of: volume) != .file {
            throw IOFailure(.open, volume, .volumeMissing(first: path))
        }
    }

    /// `001` and so on: names in the order in which `cat X.0*` takes them.
    package static func number(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// The first piece of the set to which this later piece belongs; `nil` if it is not one.
    package static func first(of path: String) -> String? {
        let (stem, suffix) = (String(path.dropLast(4)), path.suffix(4))
        guard suffix.first == ".", let number = Int(suffix.dropFirst()), number > 1,
            suffix.dropFirst() == Self.number(number),
            FileSystem.kind(of: "\(stem).001") == .file
        else { return nil }
        return "\(stem).001"
    }

    /// The files that new volumes of `stem` may replace: the consecutive pieces from the first, those that the list
    /// names, and the list. Other files with such names belong to the user.
    package static func standing(_ stem: String) throws(IOFailure) -> [String] {
        let list = try list(of: stem)
        var standing: [String] = []
        for number in 1...most {
            let piece = "\(stem).\(Self.number(number))"
            if try FileSystem.isPresent(piece) {
                standing.append(piece)
            } else if number > list?.sums.count ?? 0 {
                break
            }
        }
        return standing + (list.map { [$0.path] } ?? [])
    }

    /// The highest number that exists: a gap below it is a missing piece.
    private static func lastNumber(of stem: String) throws(IOFailure) -> Int {
        try numbers(of: stem).max() ?? 1
    }

    private static func numbers(of stem: String) throws(IOFailure) -> [Int] {
        let prefix = FileSystem.name(of: stem) + "."
        return try FileSystem.entries(of: FileSystem.parent(of: stem)).compactMap { name -> Int? in
            guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), (1...most).contains(number),
                name == prefix + Self.number(number)
            else { return nil }
            return number
        }
    }

    /// The number of volumes of `stem` that the list at `path` names; `nil` if there is no such list.
    package static func count(listedAt path: String, of stem: String) throws(IOFailure) -> Int? {
        try list(at: path, of: stem)?.sums.count
    }

    private static func list(of stem: String) throws(IOFailure) -> (path: String, sums: [[UInt8]])? {
        try list(at: stem + listSuffix, of: stem)
    }

    /// `nil` if there is no list, or if it names other files.
    private static func list(
        at path: String, of stem: String
    ) throws(IOFailure) -> (path: String, sums: [[UInt8]])? {
        guard try FileSystem.presentKind(of: path) == .file else { return nil }
        let file = try OpenFile(path: path)
        guard file.size <= 1 << 20 else { return nil }
        let bytes = try file.bytes(at: 0, count: Int(file.size))
        let name = FileSystem.name(of: stem)
        var sums: [[UInt8]] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            // sha256sum marks a file that it read as binary with a star.
            let rest = text.dropFirst(64)
            guard ["  ", " *"].contains(rest.prefix(2)), rest.dropFirst(2) == "\(name).\(number(sums.count + 1))",
                let sum = Hex.bytes(text.prefix(64)), sums.count < most
            else { return nil }
            sums.append(sum)
        }
        return sums.isEmpty ? nil : (path, sums)
    }

    /// Reads every piece and returns an error for the first that does not match its checksum; `nil` if all do, or if
    /// there is no list.
    package func firstWrong() throws(IOFailure) -> IOFailure? {
        guard let list else { return nil }
        // A piece that is too short gets its own error.
        _ = try OpenFile(self)
        for (path, sum) in zip(paths, list.sums) {
            let file = try OpenFile(path: path)
            let window = FileWindow(file, offset: 0, size: file.size)
            if try ContentHasher.hash(window, .sha256) != sum {
                return IOFailure(.read, path, .foreignVolume(list: list.path))
            }
        }
        return nil
    }
}

/// Decides whether numbered files without a list are volumes. A name alone decides nothing.
enum VolumeGuess {
    /// Whether the first file is an archive by itself.
    ///
    /// A complete tar has an end mark. A compressed file would have to be read to its end. Instead a later file is
    /// tested: if it begins as an archive, it is not the rest of a stream.
    static func isWhole(_ first: String, later: [String]) throws(IOFailure) -> Bool {
        let file = try OpenFile(path: first)
        let head = try file.bytes(at: 0, count: TarHeader.blockSize)
        if Compression(magic: head) == nil { return TarArchive.startsLikeTar(head) ? try hasEndMark(file) : false }
        for path in later where try FileSystem.presentKind(of: path) == .file {
            let head = try OpenFile(path: path).bytes(at: 0, count: TarHeader.blockSize)
            if Compression(magic: head) != nil || TarArchive.startsLikeTar(head) && head.contains(where: { $0 != 0 }) {
                return true
            }
        }
        return false
    }

    /// Whether the block of zeros that ends an archive follows the last member.
    private static func hasEndMark(_ file: OpenFile) throws(IOFailure) -> Bool {
        var walker = TarWalker(TarFileInput(file))
        var end: Int64 = 0
        do throws(TarError) {
            while let member = try walker.next() {
                end = TarHeader.padded(member.dataOffset + member.size)
            }
        } catch {
            if case .failed(let failure) = error { throw failure }
            if case .concatenated = error { return true }
            return false
        }
        let mark = try file.bytes(at: end, count: TarHeader.blockSize)
        return mark.count == TarHeader.blockSize && TarHeader.isZero(mark[...])
    }
}
