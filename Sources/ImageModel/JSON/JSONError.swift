/// Why some bytes are not the JSON we accept, and where: `offset` is the byte that cannot be.
package struct JSONError: Error, Equatable, Sendable {
    package let offset: Int
    package let reason: Reason

    package enum Reason: Equatable, Sendable {
        case unexpectedEnd
        case unexpectedByte(UInt8)
        case invalidEscape
        case invalidUTF8
        case invalidNumber
        case controlCharacter
        case tooDeep
        case duplicateKey(String)
        case trailingData
        case tooLarge
    }

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }
}
