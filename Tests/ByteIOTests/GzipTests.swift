import TestSupport
import Testing

@testable import ByteIO

/// gzip members, the bytes that may follow them, and the two inflaters, which must agree.
struct GzipTests {
    static let content = SampleBytes.text(700)

    static func gzip(_ content: [UInt8], _ options: [String] = []) throws -> [UInt8] {
        try Compressed.by(.gzip, content, options)
    }

    @Test(arguments: [1, 100, 4096])
    func zeroPaddingIsNoData(_ step: Int) throws {
        let one = try Self.gzip(Self.content)
        let zeros = [UInt8](repeating: 0, count: 777)
        #expect(try Compressed.decompressed(.gzip, one + zeros, step: step) == Self.content)
        #expect(try Compressed.decompressed(.gzip, one + zeros + one, step: step) == Self.content + Self.content)
        #expect(
            try Compressed.decompressed(.gzip, one + zeros + one + zeros, step: step) == Self.content + Self.content)
    }

    @Test(
        arguments: [
            ("garbage", Array("garbage".utf8)), ("garbage behind padding", [0, 0, 0, 65]),
            ("half a magic number", [0x1f]), ("a magic number alone", [0x1f, 0x8b]),
            ("a start of another member", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0]),
            ("one that only looks like a member", [0x1f, 65, 66]),
        ] as [(String, [UInt8])])
    func otherBytesBehindAMemberAreAnError(_ why: String, _ rest: [UInt8]) throws {
        let one = try Self.gzip(Self.content)
        for step in [1, 4096] {
            #expect(throws: IOFailure.self) { try Compressed.decompressed(.gzip, one + rest, step: step) }
        }
    }

    @Test func cutsAndDamageAreDifferentErrors() throws {
        let one = try Self.gzip(Self.content)
        #expect(throws: IOFailure(.decompress, "x", .truncated)) {
            try Compressed.decompressed(.gzip, Array(one.dropLast()))
        }
        #expect(throws: IOFailure(.decompress, "x", .truncated)) { try Compressed.decompressed(.gzip, []) }
        for place in [one.count - 1, one.count - 4, one.count - 5, one.count - 8] {
            var damaged = one
            damaged[place] ^= 1
            #expect(throws: IOFailure(.decompress, "x", .corrupt("gzip")), "byte \(place)") {
                try Compressed.decompressed(.gzip, damaged)
            }
        }
    }

    @Test func damageInALaterMemberIsSeen() throws {
        let one = try Self.gzip(Self.content)
        var damaged = one + one
        damaged[damaged.count - 6] ^= 1
        #expect(throws: IOFailure(.decompress, "x", .corrupt("gzip"))) { try Compressed.decompressed(.gzip, damaged) }
    }

    @Test func headersWithNamesAndOtherFieldsAreSkipped() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.content, to: "a name")
        let named = try Program.run("gzip", ["-c", "-N", "a name"], directory: directory.path).output
        #expect(named[3] == 8)
        #expect(try Compressed.decompressed(.gzip, named) == Self.content)
        // FEXTRA, FCOMMENT and FHCRC are rare. The test writes such a header in front of the same deflate data.
        let plain = try Self.gzip(Self.content, ["-n"])
        let extra: [UInt8] = [0x1f, 0x8b, 8, 4 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 65, 66] + Array("comment\0".utf8)
        for step in [1, 3, 4096] {
            let found = Result { try Compressed.decompressed(.gzip, extra + plain.dropFirst(10), step: step) }
            #expect((try? found.get()) == Self.content, "in steps of \(step)")
        }
        for name in InflaterName.allCases {
            let inflater = try #require(Self.inflater(name))
            inflater.startMember()
            let found = Self.inflate(extra + plain.dropFirst(10), by: inflater, input: 4096, output: 4096)
            #expect(found?.content == Self.content, "\(name)")
        }
    }

    // MARK: - The inflaters

    enum InflaterName: CaseIterable { case zlib, isal }

    static func inflater(_ name: InflaterName) -> (any GzipInflater)? {
        switch name {
        case .zlib: ZlibInflater()
        case .isal: ISALInflater()
        }
    }

    /// Inflates one member with pieces of these sizes; `nil` if it is damaged or does not end.
    static func inflate(_ bytes: [UInt8], by inflater: any GzipInflater, input: Int, output: Int) -> (
        content: [UInt8], consumed: Int
    )? {
        var content: [UInt8] = []
        var position = 0
        var buffer = [UInt8](repeating: 0, count: output)
        while true {
            let end = min(bytes.count, position + input)
            var span = buffer.mutableSpan
            guard let step = inflater.inflate(bytes.span.extracting(position..<end), into: &span) else { return nil }
            position += step.consumed
            content += buffer[..<step.produced]
            if step.endsMember { return (content, position) }
            if step.produced == 0, step.consumed == 0, position == bytes.count { return nil }
        }
    }

    @Test(arguments: InflaterName.allCases, [1, 50, 1 << 20])
    func inflateOneMemberAndNoByteMore(_ name: InflaterName, _ piece: Int) throws {
        let inflater = try #require(Self.inflater(name), "libisal2 is not installed")
        let one = try Self.gzip(Self.content)
        for output in [1, 64, 4096] {
            for _ in 0..<2 {
                inflater.startMember()
                let found = Self.inflate(one + Array("rest".utf8), by: inflater, input: piece, output: output)
                #expect(found?.content == Self.content)
                #expect(found?.consumed == one.count)
            }
        }
    }

    @Test(arguments: InflaterName.allCases)
    func seeEveryCutAndEveryDamagedTrailer(_ name: InflaterName) throws {
        let inflater = try #require(Self.inflater(name))
        let one = try Self.gzip(Self.content)
        for count in 0..<one.count {
            inflater.startMember()
            #expect(
                Self.inflate(Array(one[..<count]), by: inflater, input: 4096, output: 4096) == nil, "\(count) bytes")
        }
        for place in one.count - 8..<one.count {
            var damaged = one
            damaged[place] ^= 1
            inflater.startMember()
            #expect(Self.inflate(damaged, by: inflater, input: 4096, output: 4096) == nil, "byte \(place)")
        }
    }
}
