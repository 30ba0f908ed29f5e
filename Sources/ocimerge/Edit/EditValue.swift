internal import ByteIO
internal import ImageModel
internal import ImagePlanning

/// The forms of the values of `edit`.
enum EditValue {
    static func settings(
        _ parsed: ParsedArguments, _ option: String, removedBy removal: String
    ) throws(UsageError) -> [ConfigEdit.Setting] {
        let removed = try parsed.values(removal).map { (name) throws(UsageError) in
            guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else {
                throw .malformedValue(name, option: "--\(removal)", form: "NAME")
            }
            return ConfigEdit.Setting(name, nil)
        }
        let set = try parsed.values(option).map { (text) throws(UsageError) in
            // Of the bytes: an accent behind the sign would be a part of the character.
            guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex else {
                throw .malformedValue(text, option: "--\(option)", form: "NAME=VALUE")
            }
            return ConfigEdit.Setting(
                String(decoding: text.utf8[..<equals], as: UTF8.self),
                String(decoding: text.utf8[text.utf8.index(after: equals)...], as: UTF8.self))
        }
        return removed + set
    }

    /// A JSON list if the text begins with a bracket, else the words between spaces. No shell has the same rules for
    /// quotes, so a list states words with spaces.
    static func words(_ text: String, option: String) throws(UsageError) -> [String] {
        let form = "words without quotes, or a JSON list such as [\"sh\", \"-c\", \"exec app\"]"
        if text.utf8.first == UInt8(ascii: "[") {
            guard let root = try? JSONDocument(parsing: Array(text.utf8)).root, root.kind == .array else {
                throw .malformedValue(text, option: option, form: form)
            }
            let words = root.elements.compactMap(\.string)
            guard words.count == root.elements.count else { throw .malformedValue(text, option: option, form: form) }
            return words
        }
        guard !text.utf8.contains(where: { Array("\"'\\`".utf8).contains($0) }) else {
            throw .malformedValue(text, option: option, form: form)
        }
        return text.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A relative directory would depend on the one that the image has. Windows has letters of drives.
    static func directory(_ text: String) throws(UsageError) -> String {
        guard text.isEmpty || isAbsolute(text) else {
            throw .malformedValue(text, option: "--workdir", form: "an absolute path")
        }
        return text
    }

    static func volume(_ text: String) throws(UsageError) -> String {
        guard isAbsolute(text) else {
            throw .malformedValue(text, option: "--volume", form: "an absolute path of the image")
        }
        return text
    }

    /// The file systems of layers have no letters of drives.
    static func deletion(_ text: String) throws(UsageError) -> String {
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw .malformedValue(text, option: "--delete", form: "an absolute path of the image")
        }
        return text
    }

    private static func isAbsolute(_ path: String) -> Bool {
        let start = Array(path.utf8.prefix(3))
        if start.first == UInt8(ascii: "/") || start.first == UInt8(ascii: "\\") { return true }
        return start.count == 3 && start[1] == UInt8(ascii: ":")
            && [UInt8(ascii: "/"), UInt8(ascii: "\\")].contains(start[2])
    }

    /// A number or a range of numbers, with or without a protocol; `tcp` if there is none.
    static func port(_ text: String) throws(UsageError) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let kind = parts.count == 2 ? parts[1] : "tcp"
        let numbers = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { number(String($0), 65535) }
        let isRange = numbers.count == 2 && (numbers[0] ?? 0) <= (numbers[1] ?? 0)
        guard parts.count <= 2, ["tcp", "udp", "sctp"].contains(kind), numbers.count == 1 || isRange,
            numbers.allSatisfy({ $0.map { $0 > 0 } ?? false })
        else { throw .malformedValue(text, option: "--expose", form: "PORT[-PORT][/tcp|/udp|/sctp]") }
        return numbers.compactMap { $0.map(String.init) }.joined(separator: "-") + "/" + kind
    }

    static func owner(_ text: String) throws(UsageError) -> FileOwner {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        // The highest number means "no change" to the kernel.
        let numbers = parts.compactMap { number(String($0), Int64(UInt32.max) - 1) }
        guard parts.count == 2, numbers.count == 2 else {
            throw .malformedValue(text, option: "--owner", form: "two numbers: USER:GROUP")
        }
        return FileOwner(user: UInt32(numbers[0]), group: UInt32(numbers[1]))
    }

    /// A time as RFC 3339 writes it, as it is, or the seconds since 1970.
    static func time(_ text: String) throws(UsageError) -> String {
        if let seconds = number(text, ReceiptTime.latest) { return ReceiptTime.text(seconds) }
        guard TimeText.isValid(text) else {
            throw .malformedValue(text, option: "--created", form: "2026-01-31T12:00:00Z, or seconds since 1970")
        }
        return text
    }

    /// `nil` unless the text is a number of digits alone, and at most `limit`.
    private static func number(_ text: String, _ limit: Int64) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
        return Int64(text).flatMap { $0 <= limit ? $0 : nil }
    }
}
