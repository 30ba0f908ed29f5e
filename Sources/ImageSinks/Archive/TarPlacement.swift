internal import ByteIO
internal import ImageModel

/// Where in a tar every member lies, known before the first byte is written.
struct TarPlacement {
    struct Place {
        let offset: Int64
        let dataOffset: Int64
        let member: ArchiveMember

        /// Not stored: an archive may have many thousand members, and a head is larger than the rest of a place.
        var head: [UInt8] { TarPlacement.head(of: member) }
        /// What follows the data up to the next block.
        var padding: Int { TarPlacement.padding(of: member) }
    }

    private let members: [ArchiveMember]
    /// Where each member begins, and where the last one ends.
    private let offsets: [Int64]
    let size: Int64
    var count: Int { members.count }

    /// Every blob of the plan has exactly one place, and every place its blob, or nothing is written.
    init(_ plan: WritePlan) throws(DestinationError) {
        try Self.check(plan)
        members = plan.members
        var end: Int64 = 0
        var offsets = [end]
        offsets.reserveCapacity(members.count + 1)
        for member in members {
            // Saturates: a plan that was not checked may claim more than an offset can express.
            end = [end, Int64(Self.head(of: member).count), member.size, Int64(Self.padding(of: member))]
                .totalSize(\.self)
            offsets.append(end)
        }
        self.offsets = offsets
        size = [end, TarHeaderWriter.endSize].totalSize(\.self)
    }

    subscript(number: Int) -> Place {
        let member = members[number]
        let dataOffset = offsets[number + 1] - TarHeaderWriter.padded(member.size)
        return Place(offset: offsets[number], dataOffset: dataOffset, member: member)
    }

    private static func check(_ plan: WritePlan) throws(DestinationError) {
        var waiting = Set(plan.blobs.map(\.digest))
        for member in plan.members {
            if case .blob(let digest, _) = member.content, waiting.remove(digest) == nil { throw .unplanned(digest) }
        }
        if let unplaced = waiting.min() { throw .unplanned(unplaced) }
    }

    fileprivate static func padding(of member: ArchiveMember) -> Int {
        Int(TarHeaderWriter.padded(member.size) - member.size)
    }

    fileprivate static func head(of member: ArchiveMember) -> [UInt8] {
        switch member.content {
        case .bytes, .document, .blob: TarHeaderWriter.bytes(member.name, .file(size: member.size))
        case .directory: TarHeaderWriter.bytes(member.name + "/", .directory)
        case .link(let target): TarHeaderWriter.bytes(member.name, .link(to: target))
        }
    }
}
