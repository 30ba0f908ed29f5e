internal import ImageModel

/// Reads a list in plain text: one `SOURCE [NAME]` a line. A `#` at the start of a word begins a comment. Lines end
/// with LF, CR or CRLF. A lock file is such a list.
///
/// A word is the path of a source if a file of this name exists beside the list. It is also a path if it starts with
/// `./`, `../`, `/` or a dialect such as `oci:`, or ends like an archive. Any other word is a reference, and short
/// names are read as docker reads them. So `app:1.0` is a reference even if a folder `app` exists, and `./app:1.0` is
/// an image in the folder.
struct PlainList {
    let path: String
    /// The largest number of images, which bounds the memory.
    private let limit: Int
    private let folder: SourceFolder

    init(path: String, limit: Int = 100_000) {
        self.path = path
        self.limit = limit
        folder = SourceFolder(path: SourceFolder.path(besideFile: path))
    }

    func images(_ bytes: [UInt8], _ errors: inout [ImageListError]) -> [ListedImage] {
        var images: [ListedImage] = []
        let known = errors.count
        TextLines(bytes).forEach { line, number in
            guard images.count + errors.count - known <= limit else { return }
            do throws(Flaw) {
                guard let image = try image(line, number) else { return }
                images.append(image)
            } catch {
                errors.append(ImageListError(file: path, line: number, error.reason))
            }
            guard images.count + errors.count - known > limit else { return }
            errors.append(ImageListError(file: path, line: number, .tooManyLines(limit: limit)))
        }
        if images.isEmpty, errors.count == known { errors.append(ImageListError(file: path, line: nil, .empty)) }
        return images
    }

    private struct Flaw: Error {
        let reason: ImageListError.Reason

        init(_ reason: ImageListError.Reason) { self.reason = reason }
    }

    /// `nil` if the line has no word.
    private func image(_ line: ArraySlice<UInt8>, _ number: Int) throws(Flaw) -> ListedImage? {
        let words = TextLines.words(of: line, limit: 3)
        guard let first = words.first else { return nil }
        let word = try Self.text(first)
        if words.count > 2 { throw Flaw(.tooManyWords) }
        var name: ImageName?
        if words.count == 2 {
            let typed = try Self.text(words[1])
            name = ImageName(parsing: typed)
            if name == nil { throw Flaw(.malformedName(typed)) }
        }
        return try image(word, startingAt: first.startIndex, name, number)
    }

    private static func text(_ word: ArraySlice<UInt8>) throws(Flaw) -> String {
        guard !word.contains(0), let text = String(validating: word, as: UTF8.self) else { throw Flaw(.notText) }
        return text
    }

    private func image(
        _ word: String, startingAt start: Int, _ name: ImageName?, _ number: Int
    ) throws(Flaw) -> ListedImage {
        let isDocker = word.hasPrefix(RegistryReference.scheme)
        if !isDocker, isPath(word) {
            return ListedImage(source: try source(word), isReference: false, name: name, file: path, line: number)
        }
        if ListedReference.hasExpression(word) { throw Flaw(.expression(word)) }
        if !isDocker, case .transport(let name) = ReferenceFlaw.found(in: Self.withoutPlatform(word)) {
            throw Flaw(.transport(name + ":", in: word))
        }
        let source = isDocker ? word : RegistryReference.scheme + word
        do throws(SourceError) {
            _ = try SourceReference(parsing: source, in: folder.path)
        } catch {
            if !isDocker, case .malformedReference(_, let flaw) = error {
                throw Flaw(.source(.malformedReference(word, flaw)))
            }
            throw Flaw(.source(error))
        }
        if let reason = ListedReference.flaw(of: Self.withoutPlatform(word)) { throw Flaw(reason) }
        let scheme = isDocker ? RegistryReference.scheme.utf8.count : 0
        let bytes = start + scheme..<start + Self.withoutPlatform(word).utf8.count
        return ListedImage(
            source: source, isReference: true, name: name, file: path, line: number,
            spelling: .init(bytes: bytes, isPlainScalar: false))
    }

    /// The text of a source in the folder of the list. The path need not exist: the caller may skip missing sources.
    private func source(_ word: String) throws(Flaw) -> String {
        do throws(SourceError) { return try SourceReference(parsing: word, in: folder.path).text } catch {
            guard case .noSuchPath = error else { throw Flaw(.source(error)) }
            let prefix = Self.dialect(of: word) ?? ""
            return prefix + folder.path(String(word.dropFirst(prefix.count)))
        }
    }

    private func isPath(_ word: String) -> Bool {
        let path = Self.withoutPlatform(word)
        return folder.holds(word) || folder.holds(path) || ["./", "../", "/"].contains(where: word.hasPrefix)
            || Self.dialect(of: word) != nil || ArchiveName.occurs(in: path)
    }

    /// The dialect before a path, with its colon.
    private static func dialect(of word: String) -> String? {
        InputDialects.prefixes.map { $0 + ":" }.first(where: word.hasPrefix)
    }

    /// The word without `=PLATFORM`.
    private static func withoutPlatform(_ word: String) -> String {
        guard let equals = word.lastIndex(of: "="),
            (try? Platform(parsing: String(word[word.index(after: equals)...]))) != nil
        else { return word }
        return String(word[..<equals])
    }
}

/// The lines of a text, without a byte order mark at its start.
struct TextLines {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        self.bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    }

    /// Calls `body` with each line, without its end, and its number from 1.
    func forEach(_ body: (ArraySlice<UInt8>, Int) -> Void) {
        var rest = bytes
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex { $0 == 0x0a || $0 == 0x0d } ?? rest.endIndex
            body(rest[..<end], number)
            let isPair = rest[end...].starts(with: [0x0d, 0x0a])
            rest = rest[min(end + (isPair ? 2 : 1), rest.endIndex)...]
        }
    }

    /// Whether the first line that is neither blank nor a comment satisfies the condition. The line has no white
    /// space at its start.
    func contains(whereFirst condition: (ArraySlice<UInt8>) -> Bool) -> Bool {
        var rest = bytes
        while true {
            rest = rest.drop(while: Self.isBlank)
            guard let first = rest.first else { return false }
            if first != UInt8(ascii: "#") { return condition(rest.prefix { $0 != 0x0a }) }
            rest = rest.drop { $0 != 0x0a }
        }
    }

    /// The words before a comment, at most `limit`.
    static func words(of line: ArraySlice<UInt8>, limit: Int) -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        var rest = line.drop(while: isBlank)
        while words.count < limit, let first = rest.first, first != UInt8(ascii: "#") {
            words.append(rest.prefix { !isBlank($0) })
            rest = rest[words[words.count - 1].endIndex...].drop(while: isBlank)
        }
        return words
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
