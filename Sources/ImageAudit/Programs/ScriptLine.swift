/// The first line of a script.
package struct ScriptLine: Sendable, Equatable {
    /// The bytes behind `#!`, without the line feed. The kernel reads 256 bytes of the file.
    package let bytes: [UInt8]
    /// Whether a line feed, a NUL or the end of the file ends the line within these bytes.
    package let isComplete: Bool

    package init(bytes: [UInt8], isComplete: Bool) {
        self.bytes = bytes
        self.isComplete = isComplete
    }
}

extension ScriptLine {
    static let magic = Array("#!".utf8)
    /// The number of bytes that the kernel reads of a file (BINPRM_BUF_SIZE).
    static let bufferSize = 256

    /// `start` is the start of the file, `bufferSize` bytes or the whole file.
    init(start: [UInt8]) {
        let text = start.dropFirst(Self.magic.count)
        let end = text.firstIndex { $0 == UInt8(ascii: "\n") || $0 == 0 }
        let isComplete = end != nil || start.count < Self.bufferSize
        // The kernel replaces the last byte of its buffer by NUL if no line feed is found.
        let last = start.count < Self.bufferSize ? start.endIndex : Self.bufferSize - 1
        self.init(bytes: Array(text[..<(end ?? last)]), isComplete: isComplete)
    }

    /// The path of the interpreter. `nil` if there is none, or if the line may have cut it: the kernel refuses both.
    package var interpreter: [UInt8]? {
        let path = words.path
        guard !path.isEmpty, isComplete || path.endIndex < bytes.endIndex else { return nil }
        return Array(path)
    }

    /// Everything behind the interpreter, without blanks around it, as one argument; `nil` if it is empty.
    package var argument: [UInt8]? { words.argument.isEmpty ? nil : Array(words.argument) }

    private var words: (path: ArraySlice<UInt8>, argument: ArraySlice<UInt8>) {
        let line = bytes.drop(while: Self.isBlank)
        let path = line.prefix { !Self.isBlank($0) }
        var argument = line[path.endIndex...].drop(while: Self.isBlank)
        while let last = argument.last, Self.isBlank(last) { argument.removeLast() }
        return (path, argument)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
