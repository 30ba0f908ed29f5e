internal import ByteIO
internal import ImageModel

/// Where in a tar every member lies, known before the first byte is written.
struct TarPlacement {
    struct Place {
        let offset: Int64
        let member: ArchiveMember
        private let headSize: Int64

        init(_ member: ArchiveMember, at offset: Int64) {
            self.offset = offset
            self.member = member
            headSize = Int64(TarPlacement.head(of: member).count)
        }

        /// Made again when it is written: an archive may have many thousand members, and a head is larger than the rest of
        /// a place.
        var head: [UInt8] { TarPlacement.head(of: member) }
        var dataOffset: Int64 { [offset, headSize].totalSize(\.self) }
        var dataSize: Int64 { member.size }
        /// What follows the data up to the next block.
        var padding: Int { Int(TarHeaderWriter.padded(dataSize) - dataSize) }
        /// Saturates: a plan that was not checked may claim more than an offset can express.
        var end: Int64 { [offset, headSize, dataSize, Int64(padding)].totalSize(\.self) }
    }

    let places: [Place]
    let size: Int64

    /// Every blob of the plan has exactly one place, and every place its blob, or nothing is written.
    init(_ plan: WritePlan) throws(DestinationError) {
        let members = plan.members
        try Self.check(plan)
        var offset: Int64 = 0
        var places: [Place] = []
        places.reserveCapacity(members.count)
        for member in members {
            let place = Place(member, at: offset)
            places.append(place)
            offset = place.end
        }
        self.places = places
        size = [offset, TarHeaderWriter.endSize].totalSize(\.self)
    }

    private static func check(_ plan: WritePlan) throws(DestinationError) {
        var waiting = Set(plan.blobs.map(\.digest))
        for case .blob(let digest, _) in plan.members.map(\.content) where waiting.remove(digest) == nil {
            throw .unplanned(digest)
        }
        if let unplaced = waiting.min() { throw .unplanned(unplaced) }
    }

    fileprivate static func head(of member: ArchiveMember) -> [UInt8] {
        switch member.content {
        case .bytes, .blob: TarHeaderWriter.bytes(member.name, .file(size: member.size))
        case .directory: TarHeaderWriter.bytes(member.name + "/", .directory)
        case .link(let target): TarHeaderWriter.bytes(member.name, .link(to: target))
        }
    }
}
