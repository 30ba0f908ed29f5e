internal import ByteIO
package import ImageModel

/// What the user typed for a source, taken apart against the file system: `[DIALECT:]PATH[:NAME|@DIGEST][=PLATFORM]`.
/// The longest existing path wins, so any file name can be given.
package struct SourceReference: Sendable {
    package enum Place: Equatable, Sendable {
        case path(String)
        case standardInput
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

    package init(parsing text: String) throws(SourceError) {
        self.text = text
        if FileSystem.kind(of: text) != nil {
            (place, dialect, selection, platform) = (.path(text), nil, nil, nil)
            return
        }
        let split = Self.splittingPlatform(text)
        if let split, let found = try? Self.located(split.source) {
            (place, dialect, selection, platform) = (found.place, found.dialect, found.selection, split.platform)
            return
        }
        do throws(SourceError) {
            let found = try Self.located(text)
            (place, dialect, selection, platform) = (found.place, found.dialect, found.selection, nil)
        } catch {
            throw Self.likelier(error, text, split?.source)
        }
    }

    private typealias Located = (place: Place, dialect: String?, selection: Selection?)

    private static func located(_ source: String) throws(SourceError) -> Located {
        if source.hasPrefix("docker://") { throw .registryNotSupported(source) }
        let isPath = FileSystem.kind(of: source) != nil
        let prefix = isPath ? nil : InputDialects.prefixes.first { source.hasPrefix($0 + ":") }
        let rest = prefix.map { String(source.dropFirst($0.count + 1)) } ?? source
        let (place, selection) = try locate(rest, whole: source)
        return (place, prefix, selection)
    }

    /// What stands behind the last `=`, when it reads as a platform.
    private static func splittingPlatform(_ text: String) -> (source: String, platform: Platform)? {
        guard let equals = text.lastIndex(of: "="),
            let platform = try? Platform(parsing: String(text[text.index(after: equals)...]))
        else { return nil }
        return (String(text[..<equals]), platform)
    }

    /// The sentence about the mistake that was most probably made: a platform misspelt behind a file that exists, or a
    /// file misspelt before a platform.
    private static func likelier(_ error: SourceError, _ text: String, _ split: String?) -> SourceError {
        guard case .noSuchPath = error else { return error }
        if let split { return .noSuchPath(split) }
        if let equals = text.lastIndex(of: "="), (try? located(String(text[..<equals]))) != nil {
            return .malformedPlatform(source: text, String(text[text.index(after: equals)...]))
        }
        return error
    }

    private static func locate(_ rest: String, whole: String) throws(SourceError) -> (Place, Selection?) {
        if rest == "-" { return (.standardInput, nil) }
        if FileSystem.kind(of: rest) != nil { return (.path(rest), nil) }
        var end = rest.endIndex
        while let cut = rest[..<end].lastIndex(where: { $0 == ":" || $0 == "@" }) {
            let path = String(rest[..<cut])
            let remainder = String(rest[rest.index(after: cut)...])
            if path == "-" || FileSystem.kind(of: path) != nil {
                let place: Place = path == "-" ? .standardInput : .path(path)
                // An empty variable in a script must not choose everything.
                if remainder.isEmpty { throw .emptySelection(whole) }
                if rest[cut] == ":" { return (place, .name(remainder)) }
                do throws(DigestError) { return (place, .digest(try Digest(parsing: remainder))) } catch {
                    throw .malformedDigest(source: whole, remainder)
                }
            }
            end = cut
        }
        if let obstacle = FileSystem.obstacle(at: rest) { throw .io(obstacle) }
        throw .noSuchPath(rest)
    }
}
