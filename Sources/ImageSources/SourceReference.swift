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
        let (source, declared) = try Self.splittingPlatform(text)
        platform = declared
        if source.hasPrefix("docker://") { throw .registryNotSupported(source) }
        let prefix = InputDialects.prefixes.first { source.hasPrefix($0 + ":") && FileSystem.kind(of: source) == nil }
        dialect = prefix
        let rest = prefix.map { String(source.dropFirst($0.count + 1)) } ?? source
        (place, selection) = try Self.locate(rest, whole: text)
    }

    private static func splittingPlatform(_ text: String) throws(SourceError) -> (String, Platform?) {
        guard let equals = text.lastIndex(of: "=") else { return (text, nil) }
        let declared = String(text[text.index(after: equals)...])
        do throws(PlatformError) { return (String(text[..<equals]), try Platform(parsing: declared)) } catch {
            throw .malformedPlatform(source: text, declared)
        }
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
                if remainder.isEmpty { return (place, nil) }
                if rest[cut] == ":" { return (place, .name(remainder)) }
                do throws(DigestError) { return (place, .digest(try Digest(parsing: remainder))) } catch {
                    throw .malformedDigest(source: whole, remainder)
                }
            }
            end = cut
        }
        throw .noSuchPath(rest)
    }
}
