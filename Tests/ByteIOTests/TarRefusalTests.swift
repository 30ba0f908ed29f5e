import TestSupport
import Testing

@testable import ByteIO

/// Files that are no tar, or that two tar readers would read differently, are refused.
struct TarRefusalTests {
    typealias Header = TarBuilder.Header

    static func tar(_ build: (inout TarBuilder) -> Void) -> [UInt8] {
        var tar = TarBuilder()
        build(&tar)
        return tar.bytes
    }

    static func sized(_ field: [UInt8]) -> Header {
        var header = Header("b")
        header.sizeField = field
        return header
    }

    static func broken(_ name: String) -> Header {
        var header = Header(name)
        header.checksumError = 1
        return header
    }

    static let limit = 1 << 20

    static let heads: [(String, [UInt8], String)] = [
        ("nothing", [], "empty"),
        ("less than a block", [UInt8](repeating: 65, count: 511), "not a tar"),
        ("a block of text", [UInt8](repeating: 65, count: 512), "not a tar"),
        ("only end blocks", tar { $0.zeros() }, "not a tar"),
        ("a wrong checksum at the start", tar { $0.header(broken("a")) }, "not a tar"),
        (
            "a wrong checksum later",
            tar {
                $0.file("a", ""); $0.header(broken("b"))
            }, "bad header 512"
        ),
        (
            "garbage for a header",
            tar {
                $0.file("a", ""); $0.raw([UInt8](repeating: 65, count: 512))
            }, "bad header 512"
        ),
        (
            "a part of a header",
            tar {
                $0.file("a", ""); $0.raw([UInt8](repeating: 65, count: 100))
            }, "bad header 512"
        ),
        (
            "a member behind one end block",
            tar {
                $0.file("a", ""); $0.zeros(1); $0.file("b", "")
            }, "ends twice 512"
        ),
        (
            "a member behind two end blocks",
            tar {
                $0.file("a", ""); $0.zeros(); $0.file("b", "")
            }, "concatenated 1536"
        ),
        (
            "a member behind the padding",
            tar {
                $0.file("a", ""); $0.zeros(19); $0.file("b", "")
            }, "concatenated 10240"
        ),
    ]

    static let sizes: [(String, [UInt8], String)] = [
        (
            "a negative size",
            tar {
                $0.file("a", ""); $0.header(sized(TarBuilder.base256(-1)))
            }, "bad header 512"
        ),
        (
            "a size beyond 2^62",
            tar {
                $0.file("a", ""); $0.header(sized([0x80] + [UInt8](repeating: 0xff, count: 11)))
            }, "bad header 512"
        ),
        (
            "a size that only a number's first bytes make huge",
            tar {
                $0.file("a", ""); $0.header(sized([0x81] + [UInt8](repeating: 0, count: 11)))
            }, "bad header 512"
        ),
        ("a size above 2^60", tar { $0.header(sized(TarBuilder.base256(1 << 60 + 1))) }, "bad size b"),
        (
            "digits that are not octal",
            tar {
                $0.file("a", ""); $0.header(sized(Array("00000000008\0".utf8)))
            }, "bad header 512"
        ),
        (
            "a PAX size above 2^60",
            tar {
                $0.pax([("size", "9223372036854775807")]); $0.file("a", "")
            }, "bad size a"
        ),
    ]

    static let extensions: [(String, [UInt8], String)] = [
        (
            "a negative PAX size",
            tar {
                $0.pax([("size", "-1")]); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX size beyond all numbers",
            tar {
                $0.pax([("size", "9223372036854775808")]); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX owner that is no number",
            tar {
                $0.pax([("uid", "9x9")]); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a negative PAX group",
            tar {
                $0.pax([("gid", "-1")]); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX size of a sparse file that is no number",
            tar {
                $0.pax([("GNU.sparse.realsize", "1.5")]); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX record longer than its data",
            tar {
                $0.extended("x", Array("99 path=a\n".utf8)); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX record without its line end",
            tar {
                $0.extended("x", Array("9 path=ab".utf8)); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX record without a value",
            tar {
                $0.extended("x", Array("7 path\n".utf8)); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX length that is no number",
            tar {
                $0.extended("x", Array("x path=a\n".utf8)); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a PAX length too short for itself",
            tar {
                $0.extended("x", Array("2 path=a\n".utf8)); $0.file("a", "")
            }, "bad extension 0"
        ),
        (
            "a damaged global PAX header",
            tar {
                $0.file("a", ""); $0.extended("g", Array("nonsense".utf8))
            }, "bad extension 512"
        ),
        (
            "an extension cut short",
            tar {
                $0.header(Header("x", type: "L", size: 1000)); $0.raw([65, 66])
            }, "bad extension 0"
        ),
        (
            "a PAX extension cut short",
            tar {
                $0.header(Header("x", type: "x", size: 1000)); $0.raw([65, 66])
            }, "bad extension 0"
        ),
        (
            "an extension above 1 MiB", tar { $0.header(Header("x", type: "L", size: Int64(limit) + 1)) },
            "extension too large 0"
        ),
        (
            "a PAX extension above 1 MiB", tar { $0.header(Header("x", type: "x", size: 1 << 33)) },
            "extension too large 0"
        ),
        (
            "more extensions than a member has", tar { for _ in 0..<65 { $0.pax([("comment", "x")]) } },
            "extension too large \(64 * 1024)"
        ),
        (
            "small extensions that are large together",
            tar { for _ in 0..<3 { $0.extended("K", [UInt8](repeating: 65, count: limit)) } },
            "extension too large \(2 * (limit + 512))"
        ),
    ]

    @Test(arguments: heads + sizes + extensions)
    func refusesOnDiskAndInAStream(_ why: String, _ bytes: [UInt8], _ expected: String) {
        #expect(TarReading.failure { _ = try TarReading.members(bytes) } == expected)
        #expect(TarReading.failure { _ = try TarReading.streamedMembers(bytes) } == expected)
    }

    @Test func anExtensionOfExactlyOneMebibyteIsRead() throws {
        let name = String(repeating: "n", count: Self.limit - 1)
        let bytes = Self.tar {
            $0.extended("L", Array("\(name)\0".utf8)); $0.file("a", "")
        }
        #expect(try TarReading.members(bytes).map(\.name.utf8.count) == [Self.limit - 1])
    }

    /// The limit applies to each member.
    @Test func sixtyFourExtensionsAreRead() throws {
        let bytes = Self.tar {
            for name in ["a", "b"] {
                for _ in 0..<64 { $0.pax([("comment", "x")]) }
                $0.file(name, "")
            }
        }
        #expect(try TarReading.members(bytes).map(\.name) == ["a", "b"])
    }

    @Test(arguments: ["0", "S", "Q"] as [Character])
    func aMemberThatTheArchiveDoesNotHoldIsAnError(_ type: Character) throws {
        let bytes = Self.tar {
            $0.header(Header("a", type: type, size: 5)); $0.raw([1, 2, 3, 4])
        }
        #expect(TarReading.failure { _ = try TarReading.index(bytes) } == "truncated a")
        #expect(TarReading.failure { _ = try TarReading.streamIndex(bytes) } == "truncated a")
    }

    /// The archive has no end blocks, so a cut between members is not visible.
    @Test func everyCutIsAnErrorOrLeavesWholeMembers() throws {
        let bytes = Self.tar {
            $0.file("a", [UInt8](repeating: 1, count: 600)); $0.file("b", "xyz")
        }
        for count in [512, 513, 1111, 1112, 1113, 1536, 1537, 2048, 2050, 2051]
            + stride(from: 1, to: bytes.count, by: 41)
        {
            let cut = Array(bytes[..<count])
            let disk = Result { try TarReading.index(cut).names.sorted() }
            let stream = Result { try TarReading.streamIndex(cut).names.sorted() }
            let expected: [String]? =
                switch count {
                case 1112...1536: ["a"]
                case 2051...: ["a", "b"]
                default: nil
                }
            #expect((try? disk.get()) == expected, "cut at \(count)")
            #expect((try? stream.get()) == expected, "cut at \(count), as a stream")
        }
    }

    @Test func aSourceThatFailsIsNotAnEnd() throws {
        let failure = IOFailure(.read, "pipe", .system(5))
        let bytes = Self.tar { $0.file("a", [UInt8](repeating: 1, count: 2000)) }
        for count in [0, 100, 512, 600, 1536, bytes.count] {
            let source = ScriptedSource(Array(bytes[..<count]), failure: failure)
            #expect(throws: TarError.failed(failure)) {
                _ = try TarStream.index(source.open(), path: "pipe", spool: nil)
            }
        }
    }
}
