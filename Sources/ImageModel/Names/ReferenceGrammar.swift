/// The rules of github.com/distribution/reference, on bytes: no character outside ASCII is ever accepted.
enum ReferenceGrammar {
    static let nameLimit = 255
    static let tagLimit = 128

    /// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
    static func isTag(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= tagLimit else { return false }
        return (isAlphanumeric(first) || first == underscore)
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == underscore || $0 == dot || $0 == dash }
    }

    /// A host name, an IPv4 address or an IPv6 address in brackets, with or without a port.
    static func isDomain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let host: ArraySlice<UInt8>
        let rest: ArraySlice<UInt8>
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end > 1 else { return false }
            (host, rest) = (bytes[1..<end], bytes[(end + 1)...])
            guard host.allSatisfy({ isHex($0) || $0 == colon }) else { return false }
        } else {
            let end = bytes.firstIndex(of: colon) ?? bytes.endIndex
            (host, rest) = (bytes[..<end], bytes[end...])
            let labels = host.split(separator: dot, omittingEmptySubsequences: false)
            guard labels.allSatisfy(isHostLabel) else { return false }
        }
        return rest.isEmpty || (rest.first == colon && rest.count > 1 && rest.dropFirst().allSatisfy(isDigit))
    }

    /// Whether the text has the form of a registry and names no repository.
    static func isHostAlone(_ text: Substring) -> Bool {
        text == "localhost" || ((text.first == "[" || text.contains(".")) && !text.contains("/"))
    }

    /// Lower-case words. One dot, one or two underscores or any number of dashes join the words of a component.
    static func isPath(_ text: String) -> Bool {
        Array(text.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy(isComponent)
    }

    private static func isComponent(_ component: ArraySlice<UInt8>) -> Bool {
        guard let first = component.first, let last = component.last, isWord(first), isWord(last) else { return false }
        var joint: [UInt8] = []
        for byte in component {
            if isWord(byte) {
                guard isJoint(joint) else { return false }
                joint = []
            } else {
                joint.append(byte)
            }
        }
        return true
    }

    private static func isJoint(_ joint: [UInt8]) -> Bool {
        joint.isEmpty || joint == [dot] || joint == [underscore] || joint == [underscore, underscore]
            || joint.allSatisfy { $0 == dash }
    }

    private static func isHostLabel(_ label: ArraySlice<UInt8>) -> Bool {
        guard let first = label.first, let last = label.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && label.allSatisfy { isAlphanumeric($0) || $0 == dash }
    }

    private static let dot = UInt8(ascii: ".")
    private static let dash = UInt8(ascii: "-")
    private static let colon = UInt8(ascii: ":")
    private static let underscore = UInt8(ascii: "_")

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isWord(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
