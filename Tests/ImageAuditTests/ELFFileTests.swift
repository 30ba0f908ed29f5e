import ImageAudit
import TestSupport
import Testing

@Suite("The parts of an ELF file that decide whether it can start")
struct ELFFileTests {
    static let machines: [ELFMachine] = [.amd64, .i386, .s390x, .mips]

    static func read(_ bytes: [UInt8], size: Int? = nil) throws -> ImageAudit.ELFFile {
        let format = FileFormat(size: Int64(size ?? bytes.count)) { (offset, count) throws(Never) in
            Array(bytes.dropFirst(offset).prefix(count))
        }
        guard case .elf(let file) = format else { throw NoELF() }
        return file
    }

    private static func format(_ bytes: [UInt8]) -> FileFormat {
        FileFormat(size: Int64(bytes.count)) { (offset, count) throws(Never) in
            Array(bytes.dropFirst(offset).prefix(count))
        }
    }

    private struct NoELF: Error {}

    private func program(_ machine: ELFMachine) -> DynamicProgram {
        var program = DynamicProgram(machine)
        program.needed = ["libm.so.6", "libc.so.6"]
        program.name = "libown.so.1"
        program.rpath = "/opt/lib"
        program.runpath = "$ORIGIN/../lib"
        program.needs = [
            ("libm.so.6", [.init("GLIBC_2.29")]),
            ("libc.so.6", [.init("GLIBC_2.34"), .init("GLIBC_ABI_DT_RELR", isWeak: true), .init("GLIBC_2.2.5")]),
            ("libold.so", [.init("OLD_1", isWeak: true)]),
        ]
        program.defines = ["libown.so.1", "OWN_1.0", "OWN_1.1"]
        return program
    }

    private func patched(
        _ program: DynamicProgram, _ value: Int, _ width: Int, at offset: Int, size: Int? = nil
    ) throws -> ImageAudit.ELFFile {
        var bytes = program.bytes
        bytes.replaceSubrange(offset..<offset + width, with: program.number(value, width))
        return try Self.read(bytes, size: size)
    }

    @Test("both classes and both byte orders are read", arguments: machines.indices)
    func whole(_ number: Int) throws {
        let machine = Self.machines[number]
        let file = try Self.read(program(machine).bytes)
        #expect(file.damage == nil && file.isWhollyRead && file.hasDynamic)
        #expect(file.is64 == machine.is64)
        #expect(file.machine?.architecture == ["amd64", "386", "s390x", "mips"][number])
        #expect(file.interpreter == Array("/lib/ld.so".utf8))
        #expect(file.needed == [Array("libm.so.6".utf8), Array("libc.so.6".utf8)])
        #expect(file.name == Array("libown.so.1".utf8))
        #expect(file.rpath == Array("/opt/lib".utf8))
        #expect(file.runpath == Array("$ORIGIN/../lib".utf8))
        #expect(!file.ignoresDefaultDirectories)
        #expect(
            file.neededVersions == [
                .init(library: Array("libm.so.6".utf8), names: [Array("GLIBC_2.29".utf8)]),
                .init(library: Array("libc.so.6".utf8), names: [Array("GLIBC_2.34".utf8), Array("GLIBC_2.2.5".utf8)]),
            ])
        #expect(file.definedVersions == [Array("OWN_1.0".utf8), Array("OWN_1.1".utf8)])
    }

    @Test("the flag that excludes default directories is read")
    func flags() throws {
        var program = program(.amd64)
        program.flags = 0x801
        #expect(try Self.read(program.bytes).ignoresDefaultDirectories)
    }

    @Test("a program without a dynamic section needs no loader and no library")
    func bare() throws {
        let file = try Self.read(TestSupport.ELFFile(.riscv64).bytes)
        #expect(file.damage == nil && file.isWhollyRead && !file.hasDynamic)
        #expect(file.interpreter == nil && file.needed.isEmpty)
        #expect(file.machine?.architecture == "riscv64")
    }

    @Test("the variant of arm is read from the sections")
    func arm() throws {
        #expect(try Self.read(ProgramFile.arm(version: 6)).machine?.variant == "v6")
        #expect(try Self.read(ProgramFile.real("armv7")).machine?.variant == "v7")
    }

    @Test("real programs are read", arguments: RealProgramTests.real.map(\.0))
    func real(_ name: String) throws {
        let file = try Self.read(ProgramFile.real(name))
        #expect(file.damage == nil && file.isWhollyRead && file.hasDynamic)
        #expect(file.interpreter?.starts(with: "/lib".utf8) == true)
        #expect(file.needed.contains { $0.starts(with: "libc.so.6".utf8) })
        #expect(file.neededVersions.contains { $0.library == Array("libc.so.6".utf8) })
    }

    @Test("a large string table is read text by text")
    func largeStrings() throws {
        var program = program(.amd64)
        program.padding = 2 << 20
        let bytes = program.bytes
        var longest = 0
        let format = FileFormat(size: Int64(bytes.count)) { (offset, count) throws(Never) in
            longest = max(longest, count)
            return Array(bytes.dropFirst(offset).prefix(count))
        }
        let small = try Self.read(self.program(.amd64).bytes)
        #expect(format == .elf(small))
        #expect(longest <= 1 << 16)
    }

    // MARK: - Damage

    @Test("a file that ends within its headers is truncated", arguments: machines)
    func truncatedHeaders(_ machine: ELFMachine) throws {
        let program = program(machine)
        // The kernel takes the bytes behind a short file for zeros, which may complete a header of 32 bits.
        let short = machine.is64 ? program.headerSize - 1 : 43
        for count in [7, 16, short, program.headerSize, program.headerSize + 2 * program.segmentSize] {
            #expect(try Self.read(Array(program.bytes.prefix(count))).damage == .truncated, "\(count)")
        }
    }

    @Test("a segment may end in the last page of the file, but not behind it", arguments: machines)
    func truncatedSegment(_ machine: ELFMachine) throws {
        let program = program(machine)
        #expect(program.bytes.count < 4096)
        let (size, memory) = (program.field(3, of: .load), program.field(4, of: .load))
        for (length, damage) in [(4096, nil), (4097, .truncated)] as [(Int, ImageAudit.ELFFile.Damage?)] {
            var bytes = program.bytes
            for place in [size, memory] {
                bytes.replaceSubrange(
                    place..<place + (machine.is64 ? 8 : 4), with: program.number(length, machine.is64 ? 8 : 4))
            }
            #expect(try Self.read(bytes).damage == damage)
        }
    }

    @Test("a segment without bytes in the file may lie anywhere")
    func emptySegment() throws {
        let program = DynamicProgram(.amd64)
        var bytes = program.bytes
        // The dynamic section becomes a second loaded segment, for memory only.
        let header = program.headerSize + 2 * program.segmentSize
        bytes.replaceSubrange(header..<header + 4, with: program.number(1, 4))
        for (field, value) in [(0, 1 << 40), (3, 0)] {
            let place = program.field(field, of: .dynamic)
            bytes.replaceSubrange(place..<place + 8, with: program.number(value, 8))
        }
        #expect(try Self.read(bytes).damage == nil)
    }

    @Test("sums of offsets and sizes that exceed 64 bits are damage", arguments: [ELFMachine.amd64, .s390x])
    func overflow(_ machine: ELFMachine) throws {
        let program = program(machine)
        for segment in [DynamicProgram.Segment.load, .interpreter] {
            #expect(try patched(program, -8, 8, at: program.field(0, of: segment)).damage == .truncated)
        }
        for segment in [DynamicProgram.Segment.load, .interpreter, .dynamic] {
            for field in 0...4 {
                for value in [-1, Int.max, Int.min, 0] {
                    _ = try patched(program, value, 8, at: program.field(field, of: segment))
                }
            }
        }
        #expect(try patched(program, Int.max, 8, at: 32).damage == .truncated)
    }

    @Test("a path of the loader behind the end of the file is truncated", arguments: machines)
    func truncatedInterpreter(_ machine: ELFMachine) throws {
        let program = program(machine)
        let place = program.field(0, of: .interpreter)
        #expect(try patched(program, 1 << 20, machine.is64 ? 8 : 4, at: place).damage == .truncated)
    }

    @Test("a path of the loader must end in NUL, and be neither empty nor longer than 4096 bytes")
    func interpreter() throws {
        var program = program(.amd64)
        let cases: [([UInt8], Bool)] = [
            (Array("/lib/ld.so".utf8), false), ([0], false), ([], false), (Array("/a\0b\0".utf8), true),
            ([UInt8](repeating: 0x2f, count: 4095) + [0], true), ([UInt8](repeating: 0x2f, count: 4096) + [0], false),
        ]
        for (path, isValid) in cases {
            program.interpreter = path
            let file = try Self.read(program.bytes)
            #expect(file.damage == (isValid ? nil : .notExecutable), "\(path.count)")
            #expect(file.interpreter == (isValid ? Array(path.prefix { $0 != 0 }) : nil))
        }
    }

    @Test("headers that no kernel accepts are named", arguments: machines)
    func notExecutable(_ machine: ELFMachine) throws {
        let program = program(machine)
        let cases: [(String, value: Int, width: Int, offset: Int)] = [
            ("object file", 1, 2, 16),
            ("core dump", 4, 2, 16), ("size of a program header", 40, 2, program.segmentCountOffset - 2),
            ("no program header", 0, 2, program.segmentCountOffset),
            ("program headers of more than 64 KiB", 0xffff, 2, program.segmentCountOffset),
            ("no loaded segment", 4, 4, program.headerSize),
            ("more bytes in the file than in memory", 1, machine.is64 ? 8 : 4, program.field(4, of: .load)),
        ]
        for (sentence, value, width, offset) in cases {
            let file = try patched(program, value, width, at: offset)
            #expect(file.damage == .notExecutable, "\(sentence)")
        }
    }

    @Test("bytes that are out of reach are no damage")
    func outOfReach() throws {
        let program = program(.amd64)
        let (bytes, parts) = (program.bytes, program.parts)
        for (hidden, hasDynamic) in [
            (parts.dynamic, false), (parts.strings, false), (parts.needs, true), (parts.defines, true),
            (parts.interpreter, true), (program.headerSize..<program.headerSize + 1, false),
        ] {
            let format = FileFormat(size: Int64(bytes.count)) { (offset, count) throws(Never) in
                let range = offset..<min(offset + count, bytes.count)
                return range.lowerBound > 0 && range.overlaps(hidden) ? [] : Array(bytes[range])
            }
            guard case .elf(let file) = format else { throw NoELF() }
            #expect(file.damage == nil && !file.isWhollyRead && file.hasDynamic == hasDynamic)
        }
    }

    @Test("texts and versions have limits")
    func limits() throws {
        var program = DynamicProgram(.amd64)
        program.needed = [String(repeating: "n", count: 4096), "libc.so.6"]
        #expect(try Self.read(program.bytes).needed.map(\.count) == [4096, 9])
        program.needed = [String(repeating: "n", count: 4097)]
        let long = try Self.read(program.bytes)
        #expect(long.needed.isEmpty && !long.isWhollyRead)
        // 4096 entries, all with one long text.
        program.needed = [String](repeating: "", count: 4090) + [String(repeating: "n", count: 4000)]
        let parts = program.parts
        var bytes = parts.bytes
        let last = Array(bytes[parts.dynamic].dropFirst(4090 * 16).prefix(16))
        for number in 0..<4090 {
            let place = parts.dynamic.lowerBound + number * 16
            bytes.replaceSubrange(place..<place + 16, with: last)
        }
        let many = try Self.read(bytes)
        #expect(many.needed.count == (1 << 20) / 4000 && !many.isWhollyRead)
    }

    @Test("lists of versions that share their records end", arguments: machines)
    func sharedRecords(_ machine: ELFMachine) throws {
        var program = DynamicProgram(machine)
        program.needs = [("libc.so.6", [.init("A"), .init("B")])]
        program.defines = ["own", "A"]
        program.padding = 1 << 16
        let parts = program.parts
        var bytes = parts.bytes
        func put(_ value: Int, _ width: Int, at place: Int) {
            bytes.replaceSubrange(place..<place + width, with: program.number(value, width))
        }
        let width = machine.is64 ? 8 : 4
        // Every count is the greatest possible, and each record is one byte behind the last.
        for place in stride(from: parts.dynamic.lowerBound, to: parts.dynamic.upperBound, by: 2 * width) {
            for tag in [0x6fff_fffd, 0x6fff_ffff]
            where Array(bytes[place..<place + width]) == program.number(tag, width) {
                put(-1, width, at: place + width)
            }
        }
        put(0xffff, 2, at: parts.needs.lowerBound + 2)
        put(1, 4, at: parts.needs.lowerBound + 12)
        put(1, 4, at: parts.needs.lowerBound + 16 + 12)
        put(1, 4, at: parts.defines.lowerBound + 16)
        let file = try Self.read(bytes)
        #expect(file.neededVersions.reduce(0) { $0 + $1.names.count } <= 1 << 14)
        put(0xffff_ffff, 4, at: parts.needs.lowerBound + 12)
        put(0xffff_ffff, 4, at: parts.defines.lowerBound + 16)
        #expect(try !Self.read(bytes).isWhollyRead)
    }

    @Test("no changed byte ends the process", arguments: RealProgramTests.real.map(\.0) + ["made"])
    func mutations(_ name: String) throws {
        let original = name == "made" ? program(.s390x).bytes : ProgramFile.real(name)
        var bytes = original
        for place in 4..<512 {
            for value in [0, 1, 0x7f, 0x80, 0xff, original[place] ^ 0xff] as [UInt8] {
                bytes[place] = value
                _ = Self.format(bytes)
            }
            bytes[place] = original[place]
        }
    }

    @Test("a header that only the kernel may accept is not judged", arguments: machines)
    func unusual(_ machine: ELFMachine) throws {
        let original = program(machine).bytes
        for (place, value) in [(4, 3), (5, 0), (6, 2)] as [(Int, UInt8)] {
            var bytes = original
            bytes[place] = value
            #expect(Self.format(bytes) == .unknown, "byte \(place)")
        }
        #expect(Self.format(Array(original.prefix(45))) != .unknown || !machine.is64)
    }

    @Test("no changed byte of the dynamic section or of the versions ends the process", arguments: machines)
    func dynamicMutations(_ machine: ELFMachine) throws {
        let parts = program(machine).parts
        var bytes = parts.bytes
        for part in [parts.dynamic, parts.needs, parts.defines] {
            for place in part {
                let original = bytes[place]
                for value in [0, 1, 0x7f, 0x80, 0xff, original ^ 0xff] as [UInt8] {
                    bytes[place] = value
                    _ = try Self.read(bytes)
                }
                bytes[place] = original
            }
        }
    }
}
