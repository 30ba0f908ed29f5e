/// Reads the headers of a tar in one pass. Strict where readers disagree: a wrong checksum, a member that is cut off and
/// a member behind an end mark are errors. A missing end mark and garbage behind one are not. In the archive of an image
/// the first block behind the zeros must not be a header: a second archive that was appended would be lost silently.
struct TarWalker<Input: TarInput> {
    /// Long names and PAX records are small; a larger one is an attack.
    private static var extensionLimit: Int64 { 1 << 20 }
    /// Limits of all extended headers of one member. Tools write two or three.
    private static var extensionCountLimit: Int { 64 }
    private static var extensionTotalLimit: Int64 { 2 << 20 }
    private static var largestSize: Int64 { 1 << 60 }

    var input: Input
    /// Whether a tar without members is allowed: a layer may be empty, an image archive may not.
    private let allowsEmpty: Bool
    /// Whether a missing end mark and bytes behind a single zero block are errors too.
    private let isWhole: Bool
    private var offset: Int64 = 0
    private var globals = PaxRecords()
    /// The extended headers since the last member.
    private var extensionCount = 0
    private var extensionTotal: Int64 = 0
    private var last: TarMember?
    /// The last header block; empty unless files are described.
    private var block: ArraySlice<UInt8> = []
    /// Whether to keep the headers of each member, to write them again.
    var keepsFrame = false
    /// All headers of the last member.
    private(set) var frame = TarFrame()
    /// Whether to describe the file of each member, for the layers of an image.
    var describesFiles = false
    /// The file of the last member; `nil` if files are not described.
    private(set) var file: FileMember?
    private var sawMember: Bool { last != nil }

    init(_ input: Input, allowsEmpty: Bool = false, isWhole: Bool = false) {
        self.input = input
        self.allowsEmpty = allowsEmpty
        self.isWhole = isWhole
    }

    /// `nil` at the end of the archive.
    mutating func next() throws(TarError) -> TarMember? {
        try checkLast()
        var records = PaxRecords()
        var long = TarNames()
        frame = TarFrame(start: offset)
        (extensionCount, extensionTotal) = (0, 0)
        while let header = try nextHeader() {
            let headerOffset = offset
            let data = offset + Int64(TarHeader.blockSize)
            switch header.type {
            case UInt8(ascii: "L"): long.name = TarHeader.bytes(try payload(header, at: headerOffset)[...])
            case UInt8(ascii: "K"): long.link = TarHeader.bytes(try payload(header, at: headerOffset)[...])
            case UInt8(ascii: "x"): records = try pax(header, at: headerOffset)
            case UInt8(ascii: "g"): globals = try pax(header, at: headerOffset).overriding(globals)
            case UInt8(ascii: "V"):
                try countExtension(at: headerOffset, 0)
                offset = data + TarHeader.padded(header.size)
            default:
                let merged = records.overriding(globals)
                frame.isNamedGlobally = globals.path != nil || globals.size != nil
                let name = merged.path ?? long.name.map(TarHeader.text) ?? header.name
                let link = merged.linkPath ?? long.link.map(TarHeader.text) ?? header.linkName
                let member = try member(header, name: name, link: link, records: merged)
                if describesFiles { try describe(member, merged, long, at: headerOffset) }
                return member
            }
        }
        return nil
    }

    private mutating func member(
        _ header: TarHeader, name: String, link: String, records: PaxRecords
    ) throws(TarError) -> TarMember {
        let kind = Self.kind(header, name: name, link: link, isSparse: records.isSparse)
        // As GNU tar and Go read them: links, devices, FIFOs and directories have no data. Their size field is ignored.
        let size = header.isHeaderOnly || kind == .directory ? 0 : records.size ?? header.size
        var data = offset + Int64(TarHeader.blockSize)
        var isExtended = header.isExtended
        while isExtended {
            let block = try block(at: data)
            guard block.count == TarHeader.blockSize else { throw .truncated(path: input.path, member: name) }
            isExtended = block[block.startIndex + 504] != 0
            data += Int64(TarHeader.blockSize)
        }
        guard size <= Self.largestSize else { throw .badSize(path: input.path, member: name) }
        if let length = input.length, data + size > length { throw .truncated(path: input.path, member: name) }
        offset = data + TarHeader.padded(size)
        var member = TarMember(name: TarMember.normalized(name), kind: kind, size: size, dataOffset: data)
        member.isExecutable = header.isExecutable
        last = member
        frame.name = name
        return member
    }

    private mutating func describe(
        _ member: TarMember, _ records: PaxRecords, _ long: TarNames, at headerOffset: Int64
    ) throws(TarError) {
        guard let file = FileMember(member, header: block, records, long) else {
            throw .badHeader(path: input.path, offset: headerOffset)
        }
        self.file = file
    }

    /// A stream's length shows only when it is read: a member that was skipped must be complete too.
    private mutating func checkLast() throws(TarError) {
        guard let last else { return }
        guard try reaches(last.dataOffset + last.size) else { throw .truncated(path: input.path, member: last.name) }
    }

    private static func kind(_ header: TarHeader, name: String, link: String, isSparse: Bool) -> TarMember.Kind {
        switch header.type {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
            if isSparse { return .sparse }
            return name.utf8.last == UInt8(ascii: "/") ? .directory : .file
        case UInt8(ascii: "1"): return .hardLink(link)
        case UInt8(ascii: "2"): return .symbolicLink(link)
        case UInt8(ascii: "5"): return .directory
        case UInt8(ascii: "S"): return .sparse
        default: return .other
        }
    }

    /// Whether the input ends inside the block after the last member, or without the padding of that member.
    private(set) var isCutOff = false

    /// `nil` at the end. The offset stays at the header.
    private mutating func nextHeader() throws(TarError) -> TarHeader? {
        let block = try block(at: offset)
        guard block.count == TarHeader.blockSize else {
            if !sawMember, block.isEmpty, allowsEmpty, !isWhole { return nil }
            if !sawMember { throw block.isEmpty ? .empty(path: input.path) : .notATar(path: input.path) }
            guard TarHeader.isZero(block) else { throw .badHeader(path: input.path, offset: offset) }
            isCutOff = block.isEmpty ? try !reaches(offset) : true
            if isWhole { throw .cutOff(path: input.path) }
            return nil
        }
        if TarHeader.isZero(block) {
            if !sawMember, !allowsEmpty { throw .notATar(path: input.path) }
            let second = try self.block(at: offset + Int64(TarHeader.blockSize))
            if second.count == TarHeader.blockSize, TarHeader(second) != nil {
                throw .endsTwice(path: input.path, offset: offset)
            }
            if isWhole { try checkEnd(second) }
            // Every engine reads a layer to its end mark only.
            if !allowsEmpty || isWhole, TarHeader.isZero(second) { try refuseSecondArchive() }
            return nil
        }
        guard let header = TarHeader(block) else {
            if !sawMember { throw .notATar(path: input.path) }
            throw .badHeader(path: input.path, offset: offset)
        }
        if keepsFrame { frame.headers.append(.init(type: header.type, block: block)) }
        if describesFiles { self.block = block }
        return header
    }

    /// `second` is the block behind the first zero block.
    private func checkEnd(_ second: ArraySlice<UInt8>) throws(TarError) {
        guard second.count == TarHeader.blockSize else { throw .cutOff(path: input.path) }
        guard TarHeader.isZero(second) else {
            throw .badHeader(path: input.path, offset: offset + Int64(TarHeader.blockSize))
        }
    }

    /// Longer padding is not looked through.
    private static var longestPadding: Int64 { 64 << 20 }

    /// Looks at the first block behind the end mark and its padding. A header there begins another archive.
    private mutating func refuseSecondArchive() throws(TarError) {
        let size = Int64(TarHeader.blockSize)
        var place = offset + 2 * size
        while place < offset + Self.longestPadding {
            let block = try block(at: place)
            if block.count < TarHeader.blockSize { return }
            if !TarHeader.isZero(block) {
                if TarHeader(block) != nil { throw .concatenated(path: input.path, offset: place) }
                return
            }
            place += size
        }
    }

    private mutating func reaches(_ offset: Int64) throws(TarError) -> Bool {
        try mapping(TarError.failed) { () throws(IOFailure) in try input.reaches(offset) }
    }

    private mutating func pax(_ header: TarHeader, at headerOffset: Int64) throws(TarError) -> PaxRecords {
        guard let records = PaxRecords(try payload(header, at: headerOffset)[...]) else {
            throw .badExtension(path: input.path, offset: headerOffset)
        }
        return records
    }

    private mutating func payload(_ header: TarHeader, at headerOffset: Int64) throws(TarError) -> [UInt8] {
        try countExtension(at: headerOffset, header.size)
        let data = headerOffset + Int64(TarHeader.blockSize)
        let bytes = try mapping(TarError.failed) { () throws(IOFailure) in
            Array(try input.bytes(at: data, count: Int(header.size)))
        }
        guard bytes.count == Int(header.size) else { throw .badExtension(path: input.path, offset: headerOffset) }
        offset = data + TarHeader.padded(header.size)
        if keepsFrame, !frame.headers.isEmpty { frame.headers[frame.headers.count - 1].payload = bytes }
        return bytes
    }

    private mutating func countExtension(at headerOffset: Int64, _ size: Int64) throws(TarError) {
        extensionCount += 1
        guard size <= Self.extensionLimit, extensionCount <= Self.extensionCountLimit,
            extensionTotal + size <= Self.extensionTotalLimit
        else { throw .extensionTooLarge(path: input.path, offset: headerOffset) }
        extensionTotal += size
    }

    private mutating func block(at offset: Int64) throws(TarError) -> ArraySlice<UInt8> {
        do throws(IOFailure) { return try input.bytes(at: offset, count: TarHeader.blockSize) } catch {
            throw .failed(error)
        }
    }
}

/// One entry of a tar, as its headers describe it.
package struct TarMember: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case file
        case directory
        case hardLink(String)
        case symbolicLink(String)
        case sparse
        /// Devices, FIFOs and other kinds that image archives do not need.
        case other
    }

    /// As the archive spells it, without a leading `./` and a trailing `/`.
    package var name: String
    package var kind: Kind
    package var size: Int64
    package var dataOffset: Int64
    /// Whether the mode has an execute bit.
    package var isExecutable = false

    /// `./a//b/` becomes `a/b`. Names with `..` keep their spelling, so no lookup finds them.
    package static func normalized(_ name: String) -> String {
        let bytes = name.utf8.span
        if isNormal(bytes) { return name }
        // A directory.
        if bytes.count > 1, isNormal(bytes.extracting(droppingLast: 1)) {
            return String(Substring(name.utf8.dropLast()))
        }
        return name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Whether the name has no empty part and no part that begins with a dot, as nearly every name of an archive.
    private static func isNormal(_ name: Span<UInt8>) -> Bool {
        var previous = UInt8(ascii: "/")
        for place in name.indices {
            let byte = name[place]
            if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
            previous = byte
        }
        return previous != UInt8(ascii: "/")
    }
}

/// Why an archive cannot be read as a tar. Offsets are those of the wrong header.
package enum TarError: Error, Equatable, Sendable {
    case failed(IOFailure)
    case notATar(path: String)
    /// There is not a single byte: the command that should have written them failed.
    case empty(path: String)
    case badHeader(path: String, offset: Int64)
    case truncated(path: String, member: String)
    /// The archive ends inside a block behind the last member: all members are complete, but loaders fail.
    case cutOff(path: String)
    case badSize(path: String, member: String)
    case badExtension(path: String, offset: Int64)
    case extensionTooLarge(path: String, offset: Int64)
    /// More members follow one zero block: readers disagree on where such an archive ends.
    case endsTwice(path: String, offset: Int64)
    /// Another archive follows the end of the first, as `cat` joins two files.
    case concatenated(path: String, offset: Int64)
    case tooManyMembers(path: String, limit: Int)
}
