import ImageAudit
import Testing

@Suite("The cache of glibc's loader")
struct LoaderCacheTests {
    struct Layout: Sendable, CustomTestStringConvertible {
        let isBig: Bool
        /// The value of the field for the byte order; 0 before glibc 2.33.
        let order: UInt8
        /// The entries of a cache of the old format before this one; `nil` if there is none.
        let oldCount: Int?
        let alignment: Int
        var testDescription: String { "\(isBig) \(order) \(oldCount ?? -1) \(alignment)" }
    }

    static let layouts = [false, true].flatMap { isBig in
        [0, isBig ? 3 : 2].flatMap { order in
            [nil, 0, 1, 2].flatMap { old in
                [8, 4].map { Layout(isBig: isBig, order: order, oldCount: old, alignment: $0) }
            }
        }
    }

    private static func number(_ value: UInt64, _ width: Int, _ isBig: Bool) -> [UInt8] {
        let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        return isBig ? little.reversed() : little
    }

    private static let entries: [(name: String, path: String, flags: UInt64, hwcap: UInt64)] = [
        ("libm.so.6", "/lib/x86_64-linux-gnu/libm.so.6", 0x303, 0), ("libc.so.6", "/lib/libc.so.6", 3, 1 << 62 | 1),
    ]

    private static func cache(_ layout: Layout) -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { number(UInt64(value), 4, layout.isBig) }
        var strings: [UInt8] = []
        var table: [UInt8] = []
        let start = 48 + 24 * entries.count
        for entry in entries {
            table += word(Int(entry.flags)) + word(start + strings.count)
            strings += Array(entry.name.utf8) + [0]
            table += word(start + strings.count) + word(0) + number(entry.hwcap, 8, layout.isBig)
            strings += Array(entry.path.utf8) + [0]
        }
        let magic = Array("glibc-ld.so.cache1.1".utf8)
        let header =
            magic + word(entries.count) + word(strings.count) + [layout.order] + [UInt8](repeating: 0, count: 19)
        guard let count = layout.oldCount else { return header + table + strings }
        var old = Array("ld.so-1.7.0\0".utf8) + word(count) + [UInt8](repeating: 0, count: 12 * count)
        while old.count % layout.alignment != 0 { old.append(0) }
        return old + header + table + strings
    }

    @Test("both formats, byte orders and alignments are read", arguments: layouts)
    func whole(_ layout: Layout) throws {
        let cache = try #require(LoaderCache(Self.cache(layout)))
        #expect(cache.isComplete)
        #expect(cache.entries.map(\.name) == Self.entries.map { Array($0.name.utf8) })
        #expect(cache.entries.map(\.path) == Self.entries.map { Array($0.path.utf8) })
        #expect(cache.entries.map(\.flags) == Self.entries.map { UInt32($0.flags) })
        #expect(cache.entries.map(\.hwcap) == Self.entries.map(\.hwcap))
    }

    @Test("other files are no cache")
    func others() {
        let cache = Self.cache(Self.layouts[0])
        for bytes in [[], Array("ld.so-1.7.0".utf8), Array("ld.so-1.7.0\0\0\0\0\0".utf8), Array(cache.prefix(47))] {
            #expect(LoaderCache(bytes) == nil)
        }
        var invalid = cache
        invalid[28] = 1
        #expect(LoaderCache(invalid) == nil)
        var counted = cache
        counted.replaceSubrange(20..<24, with: [0xff, 0xff, 0xff, 0xff])
        #expect(LoaderCache(counted) == nil)
    }

    @Test("entries before a damaged one are read")
    func damaged() throws {
        let cache = Self.cache(Self.layouts[0])
        let cut = try #require(LoaderCache(Array(cache.dropLast(1))))
        #expect(cut.entries.count == 1 && !cut.isComplete)
    }

    @Test("many entries with one long path do not exhaust the memory")
    func longPaths() throws {
        let count = 20_000
        var bytes = Array("glibc-ld.so.cache1.1".utf8) + Self.number(UInt64(count), 4, false)
        bytes += [UInt8](repeating: 0, count: 24)
        let text = UInt64(48 + 24 * count)
        for _ in 0..<count {
            bytes += Self.number(3, 4, false) + Self.number(text, 4, false) + Self.number(text, 4, false)
            bytes += [UInt8](repeating: 0, count: 12)
        }
        bytes += [UInt8](repeating: 0x61, count: 4096) + [0]
        let cache = try #require(LoaderCache(bytes))
        #expect(!cache.isComplete && cache.entries.count <= (16 << 20) / 8192 + 1)
    }

    @Test("no changed byte ends the process", arguments: [layouts[0], layouts[2], layouts[18]])
    func mutations(_ layout: Layout) {
        let original = Self.cache(layout)
        for place in original.indices {
            for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
                var bytes = original
                bytes[place] = value
                _ = LoaderCache(bytes)
            }
        }
    }
}
