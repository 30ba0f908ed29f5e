import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check judges formats and processors")
struct StartFormatTests {
    @Test("formats", arguments: formats + machines, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    private static func program(_ content: [UInt8]) -> LayerEntry { .program("app", content) }

    static let formats = [
        StartCase(
            "a program of which a page is left", [program(Array(ProgramFile.real("amd64").prefix(4096)))],
            finds: .found(.truncated, "app")),
        StartCase("a program without an end of its last page starts", [program(ProgramFile.bare(.amd64).dropLast())]),
        StartCase("an empty file", [program([])], finds: .found(.emptyFile, "app")),
        StartCase("a text", [.script("app", "text")], finds: .found(.unknownFormat, "app")),
        StartCase(
            "an object file", [program(ELFFile(.amd64, kind: .relocatable).bytes)],
            finds: .found(.notExecutableFormat, "app")),
        StartCase("a library with a start address may be a program", [program(ELFFile(.amd64, kind: .shared).bytes)]),
        StartCase(
            "a header that breaks off", [program(Array(ProgramFile.bare(.amd64).prefix(40)))],
            finds: .found(.truncated, "app")),
        StartCase(
            "a program of Windows", [program(ProgramFile.windows(ProgramFile.windowsAMD64))],
            finds: .found(
                .wrongMachine(found: Machine(os: "windows", architecture: "amd64"), expected: "linux/amd64"), "app")),
        StartCase(
            "wasm", [program([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])], finds: .found(.unchecked(.system("wasm")), "app")),
        StartCase("a sparse file", [.sparse("app")], finds: .found(.unchecked(.content(FilePath("app"))), "app")),
    ]

    private static func wrong(_ found: String?, _ expected: String) -> StartCase.Found {
        .found(.wrongMachine(found: found.map { Machine(architecture: $0) }, expected: expected), "app")
    }

    static let machines = [
        StartCase("s390x on s390x", [.bare("app", .s390x)], on: "linux/s390x"),
        StartCase("s390x on amd64", [.bare("app", .s390x)], finds: wrong("s390x", "linux/amd64")),
        StartCase("amd64 on s390x", [.bare("app")], on: "linux/s390x", finds: wrong("amd64", "linux/s390x")),
        StartCase("386 on amd64", [.bare("app", .i386)]),
        StartCase("amd64 on 386", [.bare("app")], on: "linux/386", finds: wrong("amd64", "linux/386")),
        StartCase("arm on arm64", [.bare("app", .arm)], on: "linux/arm64"),
        StartCase("arm64 on arm", [.bare("app", .arm64)], on: "linux/arm/v7", finds: wrong("arm64", "linux/arm/v7")),
        StartCase("an unknown processor", [.bare("app", ELFMachine(9999))], finds: wrong(nil, "linux/amd64")),
        StartCase("level 1 of amd64", [.program("app", leveled(1))]),
        StartCase("level 3 of amd64", [.program("app", leveled(3))], finds: .found(.processorLevel(3), "app")),
        StartCase("level 3 of amd64, which the platform states", [.program("app", leveled(3))], on: "linux/amd64/v3"),
    ]

    /// A static program with a note that states a level of x86-64.
    private static func leveled(_ level: Int) -> [UInt8] {
        var program = DynamicProgram(.amd64)
        let property = program.number(0xc000_8002, 4) + program.number(4, 4) + program.number(1 << (level - 1), 4)
        program.interpreter =
            program.number(4, 4) + program.number(16, 4) + program.number(5, 4) + Array("GNU\0".utf8) + property
            + program.number(0, 4)
        var bytes = program.bytes
        let type = program.headerSize + DynamicProgram.Segment.interpreter.rawValue * program.segmentSize
        bytes.replaceSubrange(type..<type + 4, with: program.number(0x6474_e553, 4))
        return bytes
    }

    @Test("a wrong processor is left out if it is known that the platform is wrong")
    func wrongPlatform() throws {
        let example = StartCase("", [.bare("app", .s390x)])
        #expect(try example.report(.read, isPlatformWrong: true).findings == [])
        let other = StartCase("", [.script("app", "text")])
        #expect(try other.report(.read, isPlatformWrong: true).findings.map(\.problem) == [.unknownFormat])
    }
}
