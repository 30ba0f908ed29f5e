internal import ByteIO
package import ImageModel

/// The text of a source, parsed against the file system: `[DIALECT:]PATH[:NAME|@DIGEST][=PLATFORM]`, or
/// `docker://HOST/REPO[:TAG][@DIGEST][=PLATFORM]`. The longest existing path wins, so any file name can be given.
package struct SourceReference: Sendable {
    package enum Place: Equatable, Sendable {
        case path(String)
        case standardInput
        case registry(RegistryReference)
    }

    package enum Selection: Equatable, Sendable {
        case name(String)
        case digest(Digest)
    }

    package let text: String
    package let place: Place
    package let dialect: String?
    package let selection: Selection?
    package let platform: Platform?
    /// Where the image is read if not at its name: at a mirror, or by a locked digest. `nil` if the name is the place.
    package var readPlace: RegistryReference?

    /// A relative path starts at `directory` if one is given; `text` is then the same path from here.
    package init(parsing text: String, in directory: String? = nil) throws(SourceError) {
        guard text.utf8.count <= Self.longest else { throw .tooLong(limit: Self.longest) }
        let folder = SourceFolder(path: directory)
        if FileSystem.kind(of: folder.path(text)) != nil {
            self.init(Located(place: .path(folder.path(text)), text: folder.path(text)))
            return
        }
        let split = Self.splittingPlatform(text)
        if text.hasPrefix(RegistryReference.scheme), split.map({ !folder.holds($0.source) }) ?? true {
            try self.init(registry: text)
            return
        }
        if let split, let found = try? Self.located(split.source, folder) {
            self.init(found, split.platform, "=" + text.dropFirst(split.source.count + 1))
            return
        }
        do throws(SourceError) {
            self.init(try Self.located(text, folder))
        } catch {
            throw Self.likelier(error, text, split?.source, folder)
        }
    }

    /// The sources of a command line. All that do not exist are one error.
    package static func all(parsing texts: [String]) throws(SourceError) -> [SourceReference] {
        var references: [SourceReference] = []
        var missing: [String] = []
        for text in texts {
            do throws(SourceError) { references.append(try SourceReference(parsing: text)) } catch {
                guard case .noSuchPath(let path) = error else { throw error }
                missing.append(path)
            }
        }
        guard let first = missing.first else { return references }
        throw missing.count == 1 ? .noSuchPath(first) : .noSuchPaths(missing)
    }

    /// PATH_MAX, and as much again for the longest name, digest and platform. Each `:` costs one lookup in the file system.
    static let longest = 8192

    private init(_ found: Located, _ platform: Platform? = nil, _ suffix: String = "") {
        (text, place, dialect, selection) = (found.text + suffix, found.place, found.dialect, found.selection)
        self.platform = platform
    }

    /// A source that needs no file. Its text is a path that is never opened.
    init(placeless text: String) { self.init(Located(place: .path(text), text: text)) }

    private init(registry text: String) throws(SourceError) {
        // A platform contains no @; a password may contain a =.
        let end = text.lastIndex { $0 == "=" || $0 == "@" }.flatMap { text[$0] == "=" ? $0 : nil } ?? text.endIndex
        let name = String(text[..<end])
        guard let reference = RegistryReference(parsing: name) else {
            throw .malformedReference(text, ReferenceFlaw.found(in: name) ?? .noRepository)
        }
        var platform: Platform?
        if end != text.endIndex {
            let typed = String(text[text.index(after: end)...])
            do throws(PlatformError) { platform = try Platform(parsing: typed) } catch {
                throw .malformedPlatform(source: text, typed)
            }
        }
        self.init(
            Located(place: .registry(reference), text: name), platform, String(text[end...]))
    }

    /// The image in a registry; `nil` if the source is a file.
    package var registry: RegistryReference? { if case .registry(let reference) = place { reference } else { nil } }

    /// The same source, declared to be `platform`.
    package func declared(_ platform: Platform) -> SourceReference {
        SourceReference(
            Located(place: place, dialect: dialect, selection: selection, text: text), platform, "=\(platform)")
    }

    private struct Located {
        let place: Place
        var dialect: String?
        var selection: Selection?
        let text: String
    }

    private static func located(_ source: String, _ folder: SourceFolder) throws(SourceError) -> Located {
        let isPath = FileSystem.kind(of: folder.path(source)) != nil
        let prefix = isPath ? nil : InputDialects.prefixes.first { source.hasPrefix($0 + ":") }
        let rest = prefix.map { String(source.dropFirst($0.count + 1)) } ?? source
        let whole = (prefix.map { $0 + ":" } ?? "") + folder.path(rest)
        let (place, selection) = try locate(rest, folder, whole: whole)
        return Located(place: place, dialect: prefix, selection: selection, text: whole)
    }

    /// The text behind the last `=` if it is a platform.
    private static func splittingPlatform(_ text: String) -> (source: String, platform: Platform)? {
        guard let equals = text.lastIndex(of: "="),
            let platform = try? Platform(parsing: String(text[text.index(after: equals)...]))
        else { return nil }
        return (String(text[..<equals]), platform)
    }

    /// The error for the most probable mistake: a misspelt platform behind an existing file, or a misspelt file before a
    /// platform.
    private static func likelier(
        _ error: SourceError, _ text: String, _ split: String?, _ folder: SourceFolder
    ) -> SourceError {
        guard case .noSuchPath = error else { return error }
        if text.lowercased().hasPrefix("docker:") { return .malformedReference(text, nil) }
        if text.hasPrefix("oci://") { return .noSuchPath(text) }
        if let equals = text.firstIndex(of: "="), (try? Platform(parsing: String(text[..<equals]))) != nil {
            let source = String(text[text.index(after: equals)...])
            if folder.holds(source) { return .platformFirst(source: source, platform: String(text[..<equals])) }
        }
        if let split { return .noSuchPath(folder.path(split)) }
        if let equals = text.lastIndex(of: "="), (try? located(String(text[..<equals]), folder)) != nil {
            return .malformedPlatform(source: folder.path(text), String(text[text.index(after: equals)...]))
        }
        return error
    }

    private static func locate(
        _ rest: String, _ folder: SourceFolder, whole: String
    ) throws(SourceError) -> (Place, Selection?) {
        if rest == "-" { return (.standardInput, nil) }
        // The system refuses to look up a long reference as a path. A failure counts only if no shorter path exists.
        var failure: IOFailure?
        func exists(_ path: String) -> Bool {
            do throws(IOFailure) { return try FileSystem.presentKind(of: folder.path(path)) != nil } catch {
                if failure == nil { failure = error }
                return false
            }
        }
        if exists(rest) { return (.path(folder.path(rest)), nil) }
        var end = rest.endIndex
        while let cut = rest[..<end].lastIndex(where: { $0 == ":" || $0 == "@" }) {
            let path = String(rest[..<cut])
            let remainder = String(rest[rest.index(after: cut)...])
            if path == "-" || exists(path) {
                let place: Place = path == "-" ? .standardInput : .path(folder.path(path))
                // An empty variable in a script must not select everything.
                if remainder.isEmpty { throw .emptySelection(whole) }
                if rest[cut] == ":" { return (place, .name(remainder)) }
                do throws(DigestError) { return (place, .digest(try Digest(parsing: remainder))) } catch {
                    throw .malformedDigest(source: whole, remainder)
                }
            }
            end = cut
        }
        if let failure { throw .io(failure) }
        throw .noSuchPath(folder.path(rest))
    }
}

extension SourceReference {
    /// Whether the source can be read only once, in order: a pipe, or an archive compressed as a whole.
    package var isStream: Bool {
        get throws(IOFailure) {
            switch place {
            case .registry: return false
            case .standardInput: return true
            case .path(let path):
                switch try FileSystem.presentKind(of: path) {
                case .file: return Compression(magic: try OpenFile(path: path).bytes(at: 0, count: 16)) != nil
                case .other: return true
                default: return false
                }
            }
        }
    }
}

/// The base of relative paths of sources.
struct SourceFolder {
    /// `nil` for the current directory.
    let path: String?

    /// The folder of a file that lists sources; `nil` for the current directory. A pipe has none.
    static func path(besideFile file: String) -> String? {
        guard file != "-", FileSystem.kind(of: file) == .file else { return nil }
        let parent = FileSystem.parent(of: file)
        return parent == "." && !file.hasPrefix("./") ? nil : parent
    }

    /// Whether a file of that name exists.
    func holds(_ text: String) -> Bool { FileSystem.kind(of: path(text)) != nil }

    /// The empty text and standard input, alone or with a selection, are no paths.
    func path(_ text: String) -> String {
        guard let path, !text.isEmpty, text != "-", !["/", "-:", "-@", "-="].contains(where: text.hasPrefix) else {
            return text
        }
        return path.hasSuffix("/") ? path + text : path + "/" + text
    }
}
