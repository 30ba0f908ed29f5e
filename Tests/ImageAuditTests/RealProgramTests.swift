import ByteIO
import ImageAudit
import ImageModel
import TestSupport
import Testing

@Suite("Programs of every architecture")
struct RealProgramTests {
    static let real = [
        ("amd64", "linux/amd64"), ("arm64", "linux/arm64"), ("armv5", "linux/arm/v5"), ("armv7", "linux/arm/v7"),
        ("386", "linux/386"), ("mips64le", "linux/mips64le"), ("mipsle", "linux/mipsle"), ("ppc64le", "linux/ppc64le"),
        ("riscv64", "linux/riscv64"), ("s390x", "linux/s390x"),
    ]

    @Test("programs of a distribution are recognised", arguments: real.map(\.0), LayerPacking.allCases)
    func known(_ name: String, _ packing: LayerPacking) throws {
        let truth = try #require(Self.real.first { $0.0 == name }).1
        try expect(ProgramFile.real(name), is: truth, packing)
    }

    static let made: [(sentence: String, file: [UInt8], platform: String)] = [
        ("Loongson, 64 bits", ProgramFile.bare(.loong64), "linux/loong64"),
        ("POWER, big-endian", ProgramFile.bare(.ppc64), "linux/ppc64"),
        ("POWER, little-endian: the same number", ProgramFile.bare(.ppc64le), "linux/ppc64le"),
        ("MIPS, 32 bits, big-endian", ProgramFile.bare(.mips), "linux/mips"),
        ("MIPS, 32 bits, little-endian", ProgramFile.bare(.mipsle), "linux/mipsle"),
        ("MIPS, 64 bits, big-endian", ProgramFile.bare(.mips64), "linux/mips64"),
        ("MIPS, 64 bits, little-endian", ProgramFile.bare(.mips64le), "linux/mips64le"),
        ("RISC-V", ProgramFile.bare(.riscv64), "linux/riscv64"),
        ("s390 with 64 bits", ProgramFile.bare(.s390x), "linux/s390x"),
        ("arm v6, as Raspbian builds", ProgramFile.arm(version: 6), "linux/arm/v6"),
        ("arm v6KZ, as compilers for the first Raspberry Pi say", ProgramFile.arm(version: 7), "linux/arm/v6"),
        ("arm v5TE without floating-point registers", ProgramFile.arm(version: 4, hardFloat: false), "linux/arm/v5"),
        ("32 bits for arm v8", ProgramFile.arm(version: 14), "linux/arm/v8"),
        ("Windows", ProgramFile.windows(ProgramFile.windowsAMD64), "windows/amd64"),
        ("Windows on arm64", ProgramFile.windows(ProgramFile.windowsARM64), "windows/arm64"),
        ("Windows, 32 bits", ProgramFile.windows(ProgramFile.windows386), "windows/386"),
    ]

    @Test("machines without a real program are recognised by their headers", arguments: made.indices)
    func header(_ number: Int) throws {
        let one = Self.made[number]
        try expect(one.file, is: one.platform, .plain)
    }

    /// Expects that an image of the file agrees with `truth`, contradicts other platforms, and is corrected to `truth`.
    private func expect(_ file: [UInt8], is truth: String, _ packing: LayerPacking) throws {
        let isWindows = truth.hasPrefix("windows")
        let path = isWindows ? "Files/app.exe" : "app"
        for claim in ["linux/amd64", "linux/s390x", truth] {
            var image = MadeImage(claim, [.program(path, file)])
            // Windows resolves the entrypoint on drive C, Linux from the root.
            image.entrypoint = claim.hasPrefix("windows") ? [#"C:\app.exe"#] : ["/" + path]
            let content = try image.content(packing)
            let config = try ConfigView(bytes: content.config)
            let contents = try ImageContents.sample(config: content.config, layers: content.layers)
            let evidence = try EvidenceSearch.examinations(of: [contents], depth: .bounded, jobs: 1)[0].evidence
            #expect(evidence.platform(claimed: config.platform)?.description == truth)
            switch evidence.verdict(on: config.platform) {
            case .agrees: #expect(claim == truth)
            case .contradicts: #expect(claim != truth)
            case .silent(let silence): Issue.record("\(silence)")
            }
        }
    }
}
