import ImageAudit
import TestSupport
import Testing

@Suite("The format of a file")
struct FileFormatTests {
    private func read(_ bytes: [UInt8]) -> FileFormat {
        FileFormat(size: Int64(bytes.count)) { (offset, count) throws(Never) in
            Array(bytes.dropFirst(offset).prefix(count))
        }
    }

    private func script(_ text: String) throws -> ScriptLine {
        guard case .script(let line) = read(Array(text.utf8)) else { throw NoScript() }
        return line
    }

    private struct NoScript: Error {}

    @Test("formats are told by their first bytes")
    func formats() {
        #expect(read([]) == .empty)
        #expect(read([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) == .wasm)
        for text in ["#", "MZ", "text", "\u{7f}EL", "\0as", " #!/bin/sh"] {
            #expect(read(Array(text.utf8)) == .other, "\(text)")
        }
    }

    @Test(
        "the kernel splits the line of a script",
        arguments: [
            ("#!/bin/sh\necho", "/bin/sh", nil), ("#! /bin/sh -e\n", "/bin/sh", "-e"), ("#!/bin/sh", "/bin/sh", nil),
            ("#!\t/usr/bin/env  -S python3 -u \t\n", "/usr/bin/env", "-S python3 -u"),
            ("#!/bin/sh\r\n", "/bin/sh\r", nil),
            ("#!/bin/sh -e\r\n", "/bin/sh", "-e\r"), ("#!\n/bin/sh", nil, nil), ("#!  \n", nil, nil), ("#!", nil, nil),
        ] as [(String, String?, String?)])
    func line(_ text: String, _ interpreter: String?, _ argument: String?) throws {
        let line = try script(text)
        #expect(line.isComplete)
        #expect(line.interpreter == interpreter.map { Array($0.utf8) })
        #expect(line.argument == argument.map { Array($0.utf8) })
    }

    @Test("a NUL ends the line")
    func endOfText() throws {
        let line = try script("#!/bin/sh\0 -e\n")
        #expect(line.isComplete && line.interpreter == Array("/bin/sh".utf8) && line.argument == nil)
    }

    @Test("a carriage return stays in the line")
    func carriageReturn() throws {
        #expect(try script("#!/bin/sh\r\necho").bytes == Array("/bin/sh\r".utf8))
    }

    @Test("a line feed must be among the first 256 bytes")
    func longLine() throws {
        let fits = "#!/" + String(repeating: "a", count: 252)
        #expect(try script(fits + "\nmore").interpreter?.count == 253)
        #expect(try script(fits).interpreter?.count == 253)
        let long = try script(fits + "b\nmore")
        #expect(!long.isComplete && long.interpreter == nil && long.bytes.count == 253)
        // An argument may be cut.
        let cut = try script("#!/bin/sh " + String(repeating: "a", count: 300) + "\n")
        #expect(!cut.isComplete && cut.interpreter == Array("/bin/sh".utf8))
        #expect(cut.argument?.count == 245)
    }

    @Test("the processor, the subsystem and the kind of a Windows file are read")
    func windows() throws {
        var bytes = ProgramFile.windows(ProgramFile.windowsAMD64)
        #expect(
            read(bytes)
                == .pe(PEFile(machine: .init(os: "windows", architecture: "amd64"), subsystem: 0, isLibrary: false)))
        bytes[0x80 + 24 + 68] = 3
        bytes[0x80 + 23] |= 0x20
        #expect(
            read(bytes)
                == .pe(PEFile(machine: .init(os: "windows", architecture: "amd64"), subsystem: 3, isLibrary: true)))
        bytes[0x80 + 5] = 0x77
        #expect(read(bytes) == .pe(PEFile(machine: nil, subsystem: 3, isLibrary: true)))
        let managed = ProgramFile.windows(ProgramFile.windows386, managed: true)
        #expect(read(managed) == .pe(PEFile(machine: nil, subsystem: 0, isLibrary: false)))
    }

    @Test("a header behind the first 4096 bytes is found")
    func distantHeader() {
        let near = ProgramFile.windows(ProgramFile.windowsARM64)
        var far = near.prefix(0x80) + [UInt8](repeating: 0, count: 0x10000 - 0x80) + near.dropFirst(0x80)
        far.replaceSubrange(0x3c..<0x40, with: [0, 0, 1, 0])
        #expect(read(Array(far)) == read(near))
    }

    @Test("a DOS program is no Windows program")
    func dos() {
        let program = ProgramFile.windows(ProgramFile.windowsAMD64)
        for (place, value) in [(0x80, 0x4e), (0x3c, 0x20), (0x3f, 0xff)] as [(Int, UInt8)] {
            var bytes = program
            bytes[place] = value
            #expect(read(bytes) == .other)
        }
        #expect(read(Array(program.prefix(0x83))) == .other)
        #expect(read(Array("MZ".utf8) + [UInt8](repeating: 0xff, count: 500)) == .other)
    }

    @Test("no changed byte of a Windows header ends the process")
    func mutations() {
        let original = ProgramFile.windows(ProgramFile.windows386, managed: true)
        for place in 2..<0x180 {
            for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
                var bytes = original
                bytes[place] = value
                _ = read(bytes)
            }
        }
    }
}
