/// The cache of glibc's dynamic loader, `/etc/ld.so.cache`. It states the path of each library that ldconfig has found.
package struct LoaderCache: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// The name that files state in DT_NEEDED.
        package let name: [UInt8]
        package let path: [UInt8]
        /// The architecture and the interface, in glibc's numbers. The lowest byte is 1 or 3 for an ELF library.
        package let flags: UInt32
        /// The features of the processor that the library needs; 0 if none.
        package let hwcap: UInt64
    }

    package private(set) var entries: [Entry] = []
    /// Whether all entries were read. `false` if they are damaged, or more than any real cache has.
    package private(set) var isComplete = true

    private static let magic = Array("glibc-ld.so.cache1.1".utf8)
    private static let oldMagic = Array("ld.so-1.7.0".utf8)
    private static let headerSize = 48
    private static let entrySize = 24
    private static let entryLimit = 1 << 16
    private static let textLimit = 4096
    private static let sumLimit = 16 << 20

    /// `nil` if this is no cache in the format of glibc 2.2 and newer.
    package init?(_ bytes: [UInt8]) {
        guard let start = Self.start(in: bytes) else { return nil }
        // All offsets count from here, also behind a cache of the old format.
        let cache = Array(bytes[start...])
        guard let fields = Self.fields(cache), let count = fields.int(20, 4) else { return nil }
        var left = Self.sumLimit
        for number in 0..<count {
            guard number < Self.entryLimit, left >= 0,
                let entry = Self.entry(fields, at: Self.headerSize + number * Self.entrySize)
            else {
                isComplete = false
                break
            }
            left -= entry.name.count + entry.path.count
            entries.append(entry)
        }
    }

    /// The offset of the new format: at the start, or behind the old one, aligned to its largest field. The alignment
    /// is 8 bytes, or 4 on some processors with 32 bits.
    private static func start(in bytes: [UInt8]) -> Int? {
        if bytes.starts(with: magic) { return 0 }
        guard bytes.starts(with: oldMagic) else { return nil }
        for isLittleEndian in [true, false] {
            let fields = HeaderBytes(bytes: bytes, isLittleEndian: isLittleEndian)
            guard let count = fields.int(12, 4) else { return nil }
            let end = 16 + 12 * count
            for alignment in [8, 4] {
                let start = (end + alignment - 1) / alignment * alignment
                if start < bytes.count, bytes[start...].starts(with: magic) { return start }
            }
        }
        return nil
    }

    /// glibc 2.33 and newer state the byte order. Else the count of entries fits with one order only. `nil` if it fits
    /// with none.
    private static func fields(_ cache: [UInt8]) -> HeaderBytes? {
        guard cache.count >= headerSize else { return nil }
        let orders: [Bool] =
            switch cache[28] & 3 {
            case 2: [true]
            case 3: [false]
            case 0: [true, false]
            default: []
            }
        for isLittleEndian in orders {
            let fields = HeaderBytes(bytes: cache, isLittleEndian: isLittleEndian)
            if let count = fields.int(20, 4), count <= (cache.count - headerSize) / entrySize { return fields }
        }
        return nil
    }

    private static func entry(_ fields: HeaderBytes, at place: Int) -> Entry? {
        guard let flags = fields.integer(place, 4), let key = fields.int(place + 4, 4),
            let value = fields.int(place + 8, 4), let hwcap = fields.integer(place + 16, 8),
            let name = text(fields.bytes, at: key), let path = text(fields.bytes, at: value)
        else { return nil }
        return Entry(name: name, path: path, flags: UInt32(flags), hwcap: hwcap)
    }

    private static func text(_ cache: [UInt8], at offset: Int) -> [UInt8]? {
        guard offset < cache.count else { return nil }
        let text = cache[offset...].prefix(textLimit + 1)
        return text.firstIndex(of: 0).map { Array(text[..<$0]) }
    }
}
