/// An ELF file with a dynamic section, in either class and byte order. It has one loaded segment and no sections.
package struct DynamicProgram: Sendable {
    package struct Version: Sendable {
        package let name: String
        package let isWeak: Bool

        package init(_ name: String, isWeak: Bool = false) {
            self.name = name
            self.isWeak = isWeak
        }
    }

    /// The order of the program headers.
    package enum Segment: Int, Sendable { case load, interpreter, dynamic }

    package static let address = 0x10000

    package var machine: ELFMachine
    package var interpreter: [UInt8] = Array("/lib/ld.so\0".utf8)
    package var needed: [String] = []
    package var name: String?
    package var rpath: String?
    package var runpath: String?
    package var flags: UInt64 = 0
    package var needs: [(library: String, versions: [Version])] = []
    package var defines: [String] = []
    /// Bytes behind the texts of the string table.
    package var padding = 0

    package init(_ machine: ELFMachine) { self.machine = machine }

    package var headerSize: Int { machine.is64 ? 64 : 52 }
    package var segmentSize: Int { machine.is64 ? 56 : 32 }
    private var width: Int { machine.is64 ? 8 : 4 }

    package func number(_ value: Int, _ width: Int) -> [UInt8] {
        let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return machine.isBig ? little.reversed() : little
    }

    /// The offset of a field of a program header. 0 is the offset, 1 the address, 3 the size in the file, 4 the size in
    /// memory.
    package func field(_ number: Int, of segment: Segment) -> Int {
        headerSize + segment.rawValue * segmentSize + width * (1 + number)
    }

    /// The offset of the count of program headers; the size of one is in the two bytes before.
    package var segmentCountOffset: Int { machine.is64 ? 56 : 44 }

    package var parts: Parts { Parts(self) }
    package var bytes: [UInt8] { parts.bytes }

    /// The file with the offsets of its parts.
    package struct Parts {
        package private(set) var bytes: [UInt8]
        package private(set) var interpreter = 0..<0
        package private(set) var strings = 0..<0
        package private(set) var needs = 0..<0
        package private(set) var defines = 0..<0
        package private(set) var dynamic = 0..<0
        private var table: [UInt8] = [0]
        private let program: DynamicProgram

        fileprivate init(_ program: DynamicProgram) {
            self.program = program
            bytes = [UInt8](repeating: 0, count: program.headerSize + 3 * program.segmentSize)
            interpreter = add(program.interpreter)
            let needed = needRecords()
            needs = add(needed)
            let defined = defineRecords()
            defines = add(defined)
            // The entries need the address of the table, and the table needs the texts of the entries.
            let texts = table
            _ = entries()
            strings = add(table + [UInt8](repeating: 0, count: program.padding))
            table = texts
            dynamic = add(entries())
            bytes.replaceSubrange(0..<program.headerSize, with: header())
            let loads: [(Int, Range<Int>)] = [(1, 0..<bytes.count), (3, interpreter), (2, dynamic)]
            bytes.replaceSubrange(
                program.headerSize..<program.headerSize + 3 * program.segmentSize, with: loads.flatMap(segment))
        }

        private mutating func add(_ part: [UInt8]) -> Range<Int> {
            bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
            bytes += part
            return bytes.count - part.count..<bytes.count
        }

        private func number(_ value: Int, _ width: Int) -> [UInt8] { program.number(value, width) }

        private mutating func text(_ text: String) -> Int {
            defer { table += Array(text.utf8) + [0] }
            return table.count
        }

        private mutating func needRecords() -> [UInt8] {
            var records: [UInt8] = []
            for (place, need) in program.needs.enumerated() {
                let next = place + 1 < program.needs.count ? 16 * (1 + need.versions.count) : 0
                records += number(1, 2) + number(need.versions.count, 2) + number(text(need.library), 4)
                records += number(16, 4) + number(next, 4)
                for (place, version) in need.versions.enumerated() {
                    let next = place + 1 < need.versions.count ? 16 : 0
                    records += number(0, 4) + number(version.isWeak ? 2 : 0, 2) + number(place + 2, 2)
                    records += number(text(version.name), 4) + number(next, 4)
                }
            }
            return records
        }

        /// The first version names the file.
        private mutating func defineRecords() -> [UInt8] {
            var records: [UInt8] = []
            for (place, name) in program.defines.enumerated() {
                let next = place + 1 < program.defines.count ? 28 : 0
                records += number(1, 2) + number(place == 0 ? 1 : 0, 2) + number(place + 1, 2) + number(1, 2)
                records += number(0, 4) + number(20, 4) + number(next, 4) + number(text(name), 4) + number(0, 4)
            }
            return records
        }

        private mutating func entries() -> [UInt8] {
            var all: [(Int, Int)] = program.needed.map { (1, text($0)) }
            for (tag, value) in [(14, program.name), (15, program.rpath), (29, program.runpath)] {
                if let value { all.append((tag, text(value))) }
            }
            func address(_ part: Range<Int>) -> Int { DynamicProgram.address + part.lowerBound }
            all += [(5, address(strings)), (10, strings.count), (0x6fff_fffb, Int(program.flags))]
            all += [(0x6fff_fffe, address(needs)), (0x6fff_ffff, program.needs.count)]
            all += [(0x6fff_fffc, address(defines)), (0x6fff_fffd, program.defines.count), (0, 0)]
            return all.flatMap { number($0.0, program.width) + number($0.1, program.width) }
        }

        private func header() -> [UInt8] {
            let machine = program.machine
            var header = Array("\u{7f}ELF".utf8) + [machine.is64 ? 2 : 1, machine.isBig ? 2 : 1, 1]
            header += [UInt8](repeating: 0, count: 9) + number(3, 2) + number(Int(machine.number), 2) + number(1, 4)
            header += number(0, program.width) + number(program.headerSize, program.width) + number(0, program.width)
            header += number(Int(machine.flags), 4) + number(program.headerSize, 2) + number(program.segmentSize, 2)
            return header + number(3, 2) + number(0, 6)
        }

        private func segment(_ type: Int, _ part: Range<Int>) -> [UInt8] {
            let address = number(DynamicProgram.address + part.lowerBound, program.width)
            let place = number(part.lowerBound, program.width) + address + address
            let sizes = number(part.count, program.width) + number(part.count, program.width)
            let alignment = number(0x1000, program.width)
            return program.machine.is64
                ? number(type, 4) + number(5, 4) + place + sizes + alignment
                : number(type, 4) + place + sizes + number(5, 4) + alignment
        }
    }
}
