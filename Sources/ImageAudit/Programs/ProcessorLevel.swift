/// The processor level that a program file needs: the version of arm or the level of x86-64.
enum ProcessorLevel {
    /// `nil` if the processor is unknown.
    static func machine<Failure>(of header: ELFHeader, _ bytes: FileBytes<Failure>) throws(Failure) -> Machine? {
        guard let machine = header.machine else { return nil }
        switch machine.architecture {
        case "arm":
            let variant = try attributes(header, bytes).flatMap(armVariant)
            return Machine(os: machine.os, architecture: "arm", variant: variant)
        case "amd64":
            return Machine(os: machine.os, architecture: "amd64", level: try amd64Level(header, bytes))
        default: return machine
        }
    }

    private static let tableLimit = 1 << 16

    /// The type of the section .ARM.attributes.
    private static func attributes<Failure>(
        _ header: ELFHeader, _ bytes: FileBytes<Failure>
    ) throws(Failure) -> [UInt8]? {
        let table = header.sections
        guard !header.is64, table.entrySize >= 40, table.count * table.entrySize <= tableLimit else { return nil }
        let fields = HeaderBytes(
            bytes: try bytes(table.offset, table.count * table.entrySize), isLittleEndian: header.isLittleEndian)
        for number in 0..<table.count {
            let base = number * table.entrySize
            guard fields.int(base + 4, 4) == 0x7000_0003, let offset = fields.int(base + 16, 4),
                let size = fields.int(base + 20, 4), size <= tableLimit
            else { continue }
            return try bytes(offset, size)
        }
        return nil
    }

    /// Tag_CPU_arch of the build attributes ("Addenda to, and Errata in, the ABI for the Arm Architecture").
    static func armVariant(_ section: [UInt8]) -> String? {
        var reading = AttributeReading(bytes: section)
        guard reading.byte() == UInt8(ascii: "A"), reading.skip(4), reading.text() == "aeabi",
            reading.byte() == 1, reading.skip(4)
        else { return nil }
        while let tag = reading.number() {
            if tag == 6 { return reading.number().flatMap(variant) }
            // Names are text, compatibility is a number and a text. Of the other tags, odd ones above 32 are text.
            switch tag {
            case 4, 5, 67: _ = reading.text()
            case 32: (_, _) = (reading.number(), reading.text())
            case 33...: if tag % 2 == 0 { _ = reading.number() } else { _ = reading.text() }
            default: _ = reading.number()
            }
        }
        return nil
    }

    private static func variant(_ architecture: Int) -> String? {
        switch architecture {
        case 1...5: "v5"
        case 6...9: "v6"
        case 10, 13: "v7"
        case 14, 15, 22: "v8"
        // The others are microcontrollers, which run no containers.
        default: nil
        }
    }

    /// GNU_PROPERTY_X86_ISA_1_NEEDED in the note of the segment that holds such properties.
    private static func amd64Level<Failure>(
        _ header: ELFHeader, _ bytes: FileBytes<Failure>
    ) throws(Failure) -> Int? {
        guard header.is64, let segments = try ELFSegments(of: header, bytes) else { return nil }
        for segment in segments.all where segment.type == ELFSegments.gnuProperty {
            guard let offset = Int(exactly: segment.offset), segment.fileSize <= tableLimit else { continue }
            let note = try bytes(offset, Int(segment.fileSize))
            return level(HeaderBytes(bytes: note, isLittleEndian: header.isLittleEndian))
        }
        return nil
    }

    private static func level(_ note: HeaderBytes) -> Int? {
        guard note.int(0, 4) == 4, let size = note.int(4, 4), note.int(8, 4) == 5 else { return nil }
        var place = 16
        while place + 8 <= min(16 + size, note.bytes.count) {
            guard let type = note.int(place, 4), let length = note.int(place + 4, 4) else { return nil }
            if type == 0xc000_8002, length == 4, let needed = note.integer(place + 8, 4), needed != 0 {
                return min(4, 64 - needed.leadingZeroBitCount)
            }
            place += 8 + (length + 7) / 8 * 8
        }
        return nil
    }
}

/// A reader of numbers and texts in the build attributes of arm.
private struct AttributeReading {
    let bytes: [UInt8]
    var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        place += 1
        return bytes[place - 1]
    }

    mutating func skip(_ count: Int) -> Bool {
        place += count
        return place <= bytes.count
    }

    /// ULEB128. A number longer than any tag is damage.
    mutating func number() -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard let next = byte() else { return nil }
            value |= Int(next & 0x7f) << shift
            if next & 0x80 == 0 { return value }
        }
        return nil
    }

    mutating func text() -> String? {
        guard place < bytes.count, let end = bytes[place...].firstIndex(of: 0) else { return nil }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }
}
