/// Looks for characters that act on a terminal. They are DEL, those below the space but newline, tab and carriage
/// return, and the controls of ISO 6429. Such a control is a character in UTF-8 or a single byte. A terminal that does
/// not decode UTF-8 takes every byte from 0x80 to 0x9f for a control.
final class ControlCharacters {
    private(set) var areFound = false
    private var lead: UInt8 = 0
    /// The number of bytes of a character in UTF-8 that must still follow.
    private var following = 0
    /// Whether the terminal decodes UTF-8.
    private let isUTF8: Bool

    init(isUTF8: Bool) { self.isUTF8 = isUTF8 }

    static func areIn(_ bytes: [UInt8], isUTF8: Bool) -> Bool {
        let search = ControlCharacters(isUTF8: isUTF8)
        search.look(at: bytes)
        return search.areFound
    }

    func look(at bytes: [UInt8]) { for byte in bytes where !areFound { look(at: byte) } }

    private func look(at byte: UInt8) {
        if isUTF8, following > 0, (0x80...0xbf).contains(byte) {
            areFound = lead == 0xc2 && byte < 0xa0
            following -= 1
            return
        }
        lead = byte
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"): following = 0
        case 0..<0x20, 0x7f, 0x80..<0xa0: areFound = true
        case 0xc2...0xdf: following = 1
        case 0xe0...0xef: following = 2
        case 0xf0...0xf4: following = 3
        default: following = 0
        }
    }
}
