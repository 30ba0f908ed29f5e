internal import Foundation

/// Program files of other machines: real files, and generated files for machines without a real one.
package enum ProgramFile {
    /// A program that a distribution ships for an architecture; see `fixtures/programs`.
    package static func real(_ architecture: String) -> [UInt8] {
        let path = Program.fixture("programs/\(architecture)/tini")
        guard let data = FileManager.default.contents(atPath: path) else { fatalError("\(path) is missing") }
        return Array(data)
    }

    /// A static program without sections, as Go links it with `-s -w`.
    package static func bare(_ machine: ELFMachine) -> [UInt8] { ELFFile(machine).bytes }

    /// A 32-bit program with the build attributes for this version of arm (6: v6, 10: v7, 14: v8).
    package static func arm(version: UInt8, hardFloat: Bool = true) -> [UInt8] {
        var file = ELFFile(.arm)
        let tags: [UInt8] = [6, version, 8, 1] + (hardFloat ? [10, 3, 28, 1] : [])
        let sub = [1] + file.word(UInt32(5 + tags.count)) + tags
        let section = Array("aeabi\0".utf8) + sub
        file.armAttributes = Array("A".utf8) + file.word(UInt32(4 + section.count)) + section
        return file.bytes
    }

    /// A PE program for Windows. `managed` makes it a .NET program, which runs on any machine.
    package static func windows(_ machine: UInt16, managed: Bool = false) -> [UInt8] {
        func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        func half(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8)] }
        let isWide = machine == 0x8664 || machine == 0xaa64
        var directories = [UInt8](repeating: 0, count: 16 * 8)
        if managed { directories.replaceSubrange(14 * 8..<15 * 8, with: word(0x2008) + word(0x48)) }
        let fixed = [UInt8](repeating: 0, count: isWide ? 106 : 90)
        let optional = half(isWide ? 0x20b : 0x10b) + fixed + word(16) + directories
        let file = half(machine) + half(1) + word(0) + word(0) + word(0) + half(UInt16(optional.count)) + half(0x22)
        let section = Array(".text\0\0\0".utf8) + word(0x1000) + word(0x2000) + word(0x200) + word(0x400)
        var bytes = Array("MZ".utf8) + [UInt8](repeating: 0, count: 58) + word(0x80)
        bytes += [UInt8](repeating: 0, count: 0x80 - bytes.count) + Array("PE\0\0".utf8) + file + optional + section
        return bytes + [UInt8](repeating: 0, count: 0x600 - bytes.count)
    }

    package static let windowsAMD64: UInt16 = 0x8664
    package static let windowsARM64: UInt16 = 0xaa64
    package static let windows386: UInt16 = 0x14c
}

/// A machine, as the header of an ELF file describes it.
package struct ELFMachine: Sendable {
    package let number: UInt16
    package let is64: Bool
    package let isBig: Bool
    package let flags: UInt32

    package init(_ number: UInt16, bits: Int = 64, isBig: Bool = false, flags: UInt32 = 0) {
        self.number = number
        is64 = bits == 64
        self.isBig = isBig
        self.flags = flags
    }

    package static let amd64 = ELFMachine(62)
    package static let i386 = ELFMachine(3, bits: 32)
    package static let arm64 = ELFMachine(183)
    package static let arm = ELFMachine(40, bits: 32, flags: 0x0500_0400)
    package static let s390x = ELFMachine(22, isBig: true)
    package static let ppc64 = ELFMachine(21, isBig: true, flags: 1)
    package static let ppc64le = ELFMachine(21, flags: 2)
    package static let riscv64 = ELFMachine(243, flags: 5)
    package static let loong64 = ELFMachine(258, flags: 0x43)
    package static let mips = ELFMachine(8, bits: 32, isBig: true, flags: 0x7000_1007)
    package static let mipsle = ELFMachine(8, bits: 32, flags: 0x7000_1007)
    package static let mips64 = ELFMachine(8, isBig: true, flags: 0x8000_0007)
    package static let mips64le = ELFMachine(8, flags: 0x8000_0007)
}

/// An ELF file with one segment and, optionally, an interpreter and attributes. It does nothing.
package struct ELFFile: Sendable {
    package enum Kind: UInt16, Sendable { case relocatable = 1, executable, shared }

    package var machine: ELFMachine
    package var kind = Kind.executable
    package var interpreter: String?
    package var armAttributes: [UInt8]?

    package init(_ machine: ELFMachine, kind: Kind = .executable, interpreter: String? = nil) {
        self.machine = machine
        self.kind = kind
        self.interpreter = interpreter
    }

    package var bytes: [UInt8] {
        let loader: [UInt8] = interpreter.map { Array($0.utf8) + [0] } ?? []
        let segments = interpreter == nil ? 1 : 2
        let start = headerSize + segments * segmentSize
        let attributes = armAttributes ?? []
        let names = attributes.isEmpty ? [] : Array("\0.ARM.attributes\0.shstrtab\0".utf8)
        let attributesAt = start + loader.count
        let namesAt = attributesAt + attributes.count
        let sectionsAt = (namesAt + names.count + 7) / 8 * 8
        var bytes = header(segments: segments, sectionsAt: names.isEmpty ? nil : sectionsAt)
        bytes += segment(type: 1, offset: 0, size: attributesAt)
        if interpreter != nil { bytes += segment(type: 3, offset: start, size: loader.count) }
        bytes += loader + attributes + names
        guard !names.isEmpty else { return bytes + [UInt8](repeating: 0x90, count: 64) }
        bytes += [UInt8](repeating: 0, count: sectionsAt - bytes.count)
        bytes += [UInt8](repeating: 0, count: sectionSize)
        bytes += section(name: 1, type: 0x7000_0003, offset: attributesAt, size: attributes.count)
        return bytes + section(name: 17, type: 3, offset: namesAt, size: names.count)
    }

    package func word(_ value: UInt32) -> [UInt8] { number(UInt64(value), 4) }

    private var headerSize: Int { machine.is64 ? 64 : 52 }
    private var segmentSize: Int { machine.is64 ? 56 : 32 }
    private var sectionSize: Int { machine.is64 ? 64 : 40 }

    private func number(_ value: UInt64, _ width: Int) -> [UInt8] {
        let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        return machine.isBig ? little.reversed() : little
    }

    private func half(_ value: Int) -> [UInt8] { number(UInt64(value), 2) }

    /// An address or an offset.
    private func address(_ value: Int) -> [UInt8] { number(UInt64(value), machine.is64 ? 8 : 4) }

    private func header(segments: Int, sectionsAt: Int?) -> [UInt8] {
        var bytes = Array("\u{7f}ELF".utf8) + [machine.is64 ? 2 : 1, machine.isBig ? 2 : 1, 1]
        bytes += [UInt8](repeating: 0, count: 9)
        bytes += half(Int(kind.rawValue)) + half(Int(machine.number)) + word(1)
        bytes += address(0x10000 + headerSize) + address(headerSize) + address(sectionsAt ?? 0) + word(machine.flags)
        bytes += half(headerSize) + half(segmentSize) + half(segments) + half(sectionSize)
        return bytes + half(sectionsAt == nil ? 0 : 3) + half(sectionsAt == nil ? 0 : 2)
    }

    private func segment(type: UInt32, offset: Int, size: Int) -> [UInt8] {
        let place = address(offset) + address(0x10000 + offset) + address(0x10000 + offset)
        let sizes = address(size) + address(size)
        return machine.is64
            ? word(type) + word(5) + place + sizes + address(0x1000)
            : word(type) + place + sizes + word(5) + address(0x1000)
    }

    private func section(name: UInt32, type: UInt32, offset: Int, size: Int) -> [UInt8] {
        word(name) + word(type) + address(0) + address(0) + address(offset) + address(size) + word(0) + word(0)
            + address(1) + address(0)
    }
}
