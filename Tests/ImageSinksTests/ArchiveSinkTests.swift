import ImageModel
import TestSupport
import Testing

@testable import ByteIO
@testable import ImageSinks

/// An archive appears complete or not at all, with either of the two sinks.
struct ArchiveSinkTests {
    static let forms = ["out.tar", "out.tar.zst"]

    /// Twelve blobs, one of them large enough to be hashed by assistants.
    static func plan(failing: Int? = nil, size: Int = 1000) -> WritePlan {
        let blobs = (0..<12).map { number in
            PlanExecutionTests.blob(
                number, size: number == failing || number == 3 ? size : 1000,
                failure: number == failing ? PlanExecutionTests.failure : nil)
        }
        let members =
            [ArchiveMember("first", .bytes(Array("text".utf8))), ArchiveMember("folder", .directory)]
            + blobs.map { ArchiveMember("folder/\($0.digest.hex)", .blob($0.digest, size: $0.size)) }
            + [ArchiveMember("link", .link(to: "first")), ArchiveMember("last", .bytes([]))]
        return WritePlan(blobs: blobs.reversed(), documents: [], roots: [], members: members)
    }

    static func write(_ plan: WritePlan, to path: String, replaces: Bool = false, jobs: Int = 2) throws {
        let destination = try ArchiveTarget(path: path, replaces: replaces)
        let sink: any ImageSink
        if destination.compression == nil {
            sink = try ArchiveSink(destination, syncs: false)
        } else {
            sink = try ArchiveStreamSink(destination, syncs: false)
        }
        defer { sink.discard() }
        try run(plan, into: sink, jobs: jobs)
    }

    private static func run(_ plan: WritePlan, into sink: some ImageSink, jobs: Int) throws {
        try sink.run(plan, jobs: jobs)
    }

    @Test(arguments: forms, [1, 2, 5])
    func membersHaveTheirOrderInAnyOrderOfBlobs(_ name: String, _ jobs: Int) throws {
        let directory = try TemporaryDirectory()
        let plan = Self.plan(size: PlanExecutionTests.big)
        try Self.write(plan, to: directory.path(name), jobs: jobs)
        #expect(try Tree.names(in: directory.path) == [name])
        let dissection = TarDissection(try WrittenArchive.plain(directory.path(name)))
        #expect(dissection.members.map(\.name) == plan.members.map { $0.name == "folder" ? "folder/" : $0.name })
        #expect(
            String(dissection.members.map(\.type)) == "05" + String(repeating: "0", count: 12) + "20")
        #expect(dissection.tail == [UInt8](repeating: 0, count: 1024))
        for member in dissection.members where member.name.hasPrefix("folder/") && member.type == "0" {
            #expect(Digest(of: member.content).hex == member.name.dropFirst("folder/".count))
        }
    }

    @Test(
        arguments: forms,
        [(0, 1000, 1), (0, 1000, 3), (6, 1000, 3), (11, 1000, 1), (11, 1000, 3), (6, PlanExecutionTests.big, 2)])
    func aFailingBlobKeepsTheOldArchive(_ name: String, _ failing: (place: Int, size: Int, jobs: Int)) throws {
        let jobs = failing.jobs
        let directory = try TemporaryDirectory()
        let plan = Self.plan(failing: failing.place, size: failing.size)
        #expect(throws: PlanExecutionTests.failure) {
            try Self.write(plan, to: directory.path(name), jobs: jobs)
        }
        #expect(try Tree.names(in: directory.path) == [])
        try directory.write([1, 2], to: name)
        #expect(throws: PlanExecutionTests.failure) {
            try Self.write(plan, to: directory.path(name), replaces: true, jobs: jobs)
        }
        #expect(try Tree.read(directory.path) == [name: [1, 2]])
    }

    @Test(arguments: forms)
    func aFileCreatedMeanwhileIsNotOverwritten(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let destination = try ArchiveTarget(path: directory.path(name), replaces: false)
        let sink = try ArchiveStreamSink(destination, syncs: false)
        try directory.write([9], to: name)
        #expect {
            try Self.run(Self.plan(), into: sink, jobs: 1)
        } throws: { error in
            if case .archiveExists(let path)? = error as? DestinationError {
                path == directory.path(name)
            } else {
                false
            }
        }
        sink.discard()
        #expect(try Tree.read(directory.path) == [name: [9]])
    }

    @Test(arguments: forms)
    func permissionsOfTheOldArchiveAreKept(_ name: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write([9], to: name)
        try Program.run("chmod", ["640", directory.path(name)])
        try Self.write(Self.plan(), to: directory.path(name), replaces: true)
        #expect(try Program.run("stat", ["-c", "%a", directory.path(name)]).stdout == "640\n")
    }

    /// A plan whose blobs and members disagree is an error. It never makes an incomplete archive.
    @Test(arguments: forms)
    func aBlobWithoutItsMemberIsRefused(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let whole = Self.plan()
        let blob = try #require(whole.blobs.first)
        let members = whole.members.filter {
            if case .blob(let digest, _) = $0.content { digest != blob.digest } else { true }
        }
        let lacking = WritePlan(blobs: whole.blobs, documents: [], roots: [], members: members)
        let extra = WritePlan(blobs: Array(whole.blobs.dropFirst()), documents: [], roots: [], members: whole.members)
        let twice = WritePlan(
            blobs: whole.blobs, documents: [], roots: [],
            members: whole.members + [ArchiveMember("again", .blob(blob.digest, size: blob.size))])
        for plan in [lacking, extra, twice] {
            #expect(throws: DestinationError.self) { try Self.write(plan, to: directory.path(name)) }
            #expect(try Tree.names(in: directory.path) == [])
        }
    }
}
