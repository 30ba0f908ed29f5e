/// The files `/etc/passwd` and `/etc/group`, as container runtimes read them. The rules are those of
/// https://github.com/moby/sys/blob/main/user/user.go. A number is an id and never a name. The first line that matches
/// counts.
package enum AccountFile {
    private static let largestID: Int64 = 0x7fff_ffff

    /// The user that a text names. An empty text names user 0. A number without a line is that user in group 0, with an
    /// empty name. `nil` if no line has the name, or if the number is out of range.
    package static func user(
        _ text: [UInt8], in passwd: [UInt8]
    ) -> (name: [UInt8], uid: Int64, gid: Int64)? {
        let id = text.isEmpty ? 0 : number(text)
        if let id, !(0...largestID).contains(id) { return nil }
        for line in lines(passwd) {
            let fields = fields(line)
            let (uid, gid) = (claimedID(fields, 2), claimedID(fields, 3))
            if id.map({ $0 == uid }) ?? fields[0].elementsEqual(text) { return (Array(fields[0]), uid, gid) }
        }
        return id.map { ([], $0, 0) }
    }

    /// The group that a text names. A number needs no line. `nil` if no line has the name, or if the number is out of
    /// range. `nil` if the text is empty: then the user's own group applies.
    package static func group(_ text: [UInt8], in group: [UInt8]) -> Int64? {
        if text.isEmpty { return nil }
        if let id = number(text) { return (0...largestID).contains(id) ? id : nil }
        for line in groupLines(group) {
            let fields = fields(line)
            if fields[0].elementsEqual(text) { return claimedID(fields, 2) }
        }
        return nil
    }

    /// The groups that list a user, in order. They apply only if the image states no group.
    package static func groups(of name: [UInt8], in group: [UInt8]) -> [Int64] {
        if name.isEmpty { return [] }
        return groupLines(group).compactMap { line in
            let fields = fields(line)
            guard fields.count > 3 else { return nil }
            let members = fields[3].split(separator: UInt8(ascii: ","))
            return members.contains { $0.elementsEqual(name) } ? claimedID(fields, 2) : nil
        }
    }

    /// Without blanks around them, and without empty ones.
    private static func lines(_ file: [UInt8]) -> some Sequence<ArraySlice<UInt8>> {
        file.split(separator: UInt8(ascii: "\n")).lazy.map(trimmed).filter { !$0.isEmpty }
    }

    /// A group file may have comments. In a passwd file they would be users.
    private static func groupLines(_ file: [UInt8]) -> some Sequence<ArraySlice<UInt8>> {
        lines(file).lazy.filter { $0.first != UInt8(ascii: "#") }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        var line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        return line
    }

    /// Never empty.
    private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    }

    /// As runtimes do: 0 if the field is absent or no number.
    private static func claimedID(_ fields: [ArraySlice<UInt8>], _ place: Int) -> Int64 {
        fields.count > place ? number(Array(fields[place])) ?? 0 : 0
    }

    /// A decimal number with an optional sign, as Go's `strconv.Atoi` reads it. The nearest one if it exceeds 64 bits.
    /// `nil` if this is no number.
    private static func number(_ text: [UInt8]) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(String(decoding: text, as: UTF8.self)) ?? (isNegative ? .min : .max)
    }
}
