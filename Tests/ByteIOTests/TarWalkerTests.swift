import TestSupport
import Testing

@testable import ByteIO

/// Every header dialect gives the same members, on disk and as a stream.
struct TarWalkerTests {
    typealias Header = TarBuilder.Header

    static func tar(_ build: (inout TarBuilder) -> Void) -> [UInt8] {
        var tar = TarBuilder()
        build(&tar)
        tar.zeros()
        return tar.bytes
    }

    static let long = String(repeating: "n", count: 180)

    static func header(_ name: String, _ change: (inout Header) -> Void) -> Header {
        var header = Header(name)
        change(&header)
        return header
    }

    static func member(_ name: String, _ kind: TarMember.Kind = .file, _ size: Int64 = 0, at data: Int64) -> TarMember {
        TarMember(name: name, kind: kind, size: size, dataOffset: data)
    }

    static let names: [(String, [UInt8], [TarMember])] = [
        ("ustar", tar { $0.file("a", "hello") }, [member("a", .file, 5, at: 512)]),
        (
            "v7, with the NUL that v7 has for a type",
            tar {
                $0.header(
                    header("a") {
                        $0.dialect = .v7; $0.type = 0
                    })
            }, [member("a", at: 512)]
        ),
        (
            "v7 writes a directory as a file with a slash", tar { $0.header(header("d/") { $0.type = 0 }) },
            [member("d", .directory, at: 512)]
        ),
        (
            "ustar's prefix", tar { $0.header(header("a") { $0.prefix = "some/where" }) },
            [member("some/where/a", at: 512)]
        ),
        (
            "where GNU has times there is no prefix",
            tar {
                $0.header(
                    header("a") {
                        $0.prefix = "12345"; $0.dialect = .gnu
                    })
            }, [member("a", at: 512)]
        ),
        (
            "a name of 100 bytes has no NUL",
            tar { $0.file(String(repeating: "x", count: 100), "") },
            [member(String(repeating: "x", count: 100), at: 512)]
        ),
        (
            "GNU long name",
            tar {
                $0.extended("L", Array("\(long)\0".utf8)); $0.file("short", "")
            }, [member(long, at: 1536)]
        ),
        (
            "GNU long link",
            tar {
                $0.extended("K", Array("\(long)\0".utf8)); $0.symbolicLink("l", to: "cut")
            },
            [member("l", .symbolicLink(long), at: 1536)]
        ),
        (
            "GNU long name and long link in either order",
            tar {
                $0.extended("K", Array("target\0".utf8))
                $0.extended("L", Array("name\0".utf8))
                $0.hardLink("x", to: "y")
            }, [member("name", .hardLink("target"), at: 2560)]
        ),
        (
            "an extension applies to the next member only",
            tar {
                $0.extended("L", Array("long\0".utf8)); $0.file("a", ""); $0.file("b", "")
            },
            [member("long", at: 1536), member("b", at: 2048)]
        ),
        (
            "PAX path",
            tar {
                $0.pax([("path", "ünï/\(long)")]); $0.file("x", "12")
            }, [member("ünï/\(long)", .file, 2, at: 1536)]
        ),
        (
            "PAX linkpath",
            tar {
                $0.pax([("linkpath", "t")]); $0.symbolicLink("l", to: "cut")
            },
            [member("l", .symbolicLink("t"), at: 1536)]
        ),
        (
            "PAX size wins over the header's",
            tar {
                $0.pax([("size", "3")]); $0.header(Header("a")); $0.data([1, 2, 3]); $0.file("b", "")
            },
            [member("a", .file, 3, at: 1536), member("b", at: 2560)]
        ),
        (
            "PAX wins over GNU",
            tar {
                $0.pax([("path", "p")]); $0.extended("L", Array("g\0".utf8)); $0.file("x", "")
            }, [member("p", at: 2560)]
        ),
        (
            "PAX global records hold until the end, and a member's own win",
            tar {
                $0.pax([("linkpath", "g")], isGlobal: true)
                $0.symbolicLink("a", to: "x")
                $0.pax([("linkpath", "own")])
                $0.symbolicLink("b", to: "x")
                $0.symbolicLink("c", to: "x")
            },
            [
                member("a", .symbolicLink("g"), at: 1536), member("b", .symbolicLink("own"), at: 3072),
                member("c", .symbolicLink("g"), at: 3584),
            ]
        ),
        (
            "unknown PAX records and zero padding behind them",
            tar {
                $0.extended("x", TarBuilder.record("mtime", "1.5") + TarBuilder.record("path", "p") + [0, 0, 0])
                $0.file("x", "")
            }, [member("p", at: 1536)]
        ),
        (
            "an empty PAX record restores what the header says",
            tar {
                $0.pax([("path", "")]); $0.file("x", "")
            }, [member("x", at: 1536)]
        ),
        ("./ in front, // inside and / behind are ignored", tar { $0.file("./a//b", "") }, [member("a/b", at: 512)]),
        ("names that climb keep their spelling", tar { $0.file("../a", "") }, [member("../a", at: 512)]),
    ]

    static let kinds: [(String, [UInt8], [TarMember])] = [
        ("a contiguous file is a file", tar { $0.header(Header("a", type: "7")) }, [member("a", at: 512)]),
        (
            "a directory has no data, for any size",
            tar {
                $0.header(Header("d", type: "5", size: 4096)); $0.file("b", "")
            }, [member("d", .directory, at: 512), member("b", at: 1024)]
        ),
        (
            "nor has a hard link",
            tar {
                $0.header(Header("h", type: "1", size: 4096, link: "a")); $0.file("b", "")
            },
            [member("h", .hardLink("a"), at: 512), member("b", at: 1024)]
        ),
        (
            "nor has a symbolic link",
            tar {
                $0.header(Header("s", type: "2", size: 4096, link: "a")); $0.file("b", "")
            },
            [member("s", .symbolicLink("a"), at: 512), member("b", at: 1024)]
        ),
        ("a FIFO is something else", tar { $0.header(Header("f", type: "6")) }, [member("f", .other, at: 512)]),
        (
            "an unknown type has data of its size",
            tar {
                $0.header(Header("q", type: "Q", size: 3)); $0.data([1, 2, 3]); $0.file("b", "")
            },
            [member("q", .other, 3, at: 512), member("b", at: 1536)]
        ),
        (
            "GNU sparse",
            tar {
                $0.header(Header("s", type: "S", size: 3)); $0.data([1, 2, 3])
            }, [member("s", .sparse, 3, at: 512)]
        ),
        (
            "PAX sparse",
            tar {
                $0.pax([("GNU.sparse.major", "1")]); $0.file("s", "x")
            },
            [member("s", .sparse, 1, at: 1536)]
        ),
        (
            "a volume label is no member, with and without data",
            tar {
                $0.header(Header("label", type: "V"))
                $0.file("a", "")
                $0.header(Header("label", type: "V", size: 600))
                $0.data([UInt8](repeating: 7, count: 600))
                $0.file("b", "")
            }, [member("a", at: 1024), member("b", at: 3072)]
        ),
    ]

    static let numbers: [(String, [UInt8], [TarMember])] = [
        (
            "base 256",
            tar {
                $0.header(header("a") { $0.sizeField = TarBuilder.base256(5) }); $0.data([1, 2, 3, 4, 5])
            }, [member("a", .file, 5, at: 512)]
        ),
        (
            "spaces in front of octal digits",
            tar {
                $0.header(header("a") { $0.sizeField = Array("         5 \0".utf8) }); $0.data([1, 2, 3, 4, 5])
            }, [member("a", .file, 5, at: 512)]
        ),
        (
            "twelve octal digits without an end",
            tar {
                $0.header(header("a") { $0.sizeField = Array("000000000005".utf8) }); $0.data([1, 2, 3, 4, 5])
            }, [member("a", .file, 5, at: 512)]
        ),
        (
            "an empty size is zero", tar { $0.header(header("a") { $0.sizeField = [UInt8](repeating: 0, count: 12) }) },
            [member("a", at: 512)]
        ),
        (
            "a checksum of signed bytes", tar { $0.header(header("ä") { $0.isSignedChecksum = true }) },
            [member("ä", at: 512)]
        ),
    ]

    static let ends: [(String, [UInt8], [TarMember])] = {
        func ending(_ end: (inout TarBuilder) -> Void) -> [UInt8] {
            var tar = TarBuilder()
            tar.file("a", "x")
            end(&tar)
            return tar.bytes
        }
        let one = [member("a", .file, 1, at: 512)]
        return [
            ("no end block", ending { _ in }, one),
            ("one end block", ending { $0.zeros(1) }, one),
            ("many end blocks", ending { $0.zeros(20) }, one),
            (
                "garbage behind two end blocks",
                ending {
                    $0.zeros(); $0.raw([1, 2, 3])
                }, one
            ),
            (
                "garbage behind one end block",
                ending {
                    $0.zeros(1); $0.raw([UInt8](repeating: 9, count: 512))
                }, one
            ),
            ("a part of an end block", ending { $0.raw([UInt8](repeating: 0, count: 100)) }, one),
        ]
    }()

    @Test(arguments: names + kinds + numbers + ends)
    func findsTheSameMembersOnDiskAndInAStream(_ why: String, _ bytes: [UInt8], _ expected: [TarMember]) throws {
        #expect(try TarReading.members(bytes) == expected)
        #expect(try TarReading.streamedMembers(bytes) == expected)
    }
}
