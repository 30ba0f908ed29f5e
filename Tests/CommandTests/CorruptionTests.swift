import Foundation
import TestSupport
import Testing

@Suite("A damaged source is refused or harmless")
struct CorruptionTests {
    static let archives = [
        "docker20/hello-amd64.tar", "crane/hello-amd64.tar", "podman4/hello-s390x.oci-archive.tar",
        "docker25-graph/hello-amd64.tar", "buildx/two-tags-attestations.oci.tar",
    ]
    static let directories = [
        "umoci0/collected-s390x.oci-dir", "buildah1/multiarch.oci-dir", "skopeo1/multiarch.docker-dir",
    ]

    /// The blobs of a layout, without names of images.
    private func content(_ path: String) throws -> Set<String> {
        Set(try Tree.read(path).keys.filter { $0.hasPrefix("blobs/") })
    }

    /// Expects one error and no output, or exactly the content of the undamaged source.
    private func check(_ source: String, _ what: String, whole: Set<String>, input: [UInt8] = []) throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge([source, "-q", "-o", directory.path("out")], input: input)
        if run.status == 0 {
            #expect(try content(directory.path("out")) == whole, "\(what)")
            #expect(try WrittenLayout(directory.path("out")).problems == [], "\(what)")
            #expect(try Tree.names(in: directory.path) == ["out"], "\(what)")
        } else {
            expectOneSentence(run, "\(what)")
            #expect(try Tree.names(in: directory.path) == [], "\(what)")
        }
    }

    private func whole(_ source: String) throws -> Set<String> {
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge(source, "-q", "-o", directory.path("out")))
        return try content(directory.path("out"))
    }

    @Test("a damaged middle byte of a member is refused or harmless", arguments: archives)
    func members(_ source: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(source))))
        let whole = try whole(source)
        let members = TarDissection.places(in: bytes).filter { !$0.content.isEmpty }
        #expect(members.count > 3)
        let directory = try TemporaryDirectory()
        for member in members {
            for mask: UInt8 in [0x01, 0x80] {
                var damaged = bytes
                damaged[member.content.lowerBound + member.content.count / 2] ^= mask
                try directory.write(damaged, to: "in")
                try check(directory.path("in"), "\(member.name) ^ \(mask)", whole: whole)
                try check("-", "\(member.name) ^ \(mask), streamed", whole: whole, input: damaged)
            }
        }
    }

    @Test("a layer or config that does not match its digest is always refused", arguments: archives)
    func bound(_ source: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(source))))
        let fact = try #require(Fixture.named(source)).fact
        let digests = fact.images.flatMap { [$0.config.digest] + $0.layers.flatMap { [$0.digest, $0.diffID] } }
        let hexes = Set(digests.map { String($0.dropFirst(7)) })
        let directory = try TemporaryDirectory()
        for member in TarDissection.places(in: bytes) where !member.content.isEmpty {
            let isLayer = member.name.hasSuffix("/layer.tar")
            guard isLayer || hexes.contains(where: { member.name.contains($0) }) else { continue }
            for place in [member.content.lowerBound, member.content.upperBound - 1] {
                var damaged = bytes
                damaged[place] ^= 0x20
                try directory.write(damaged, to: "in")
                let run = try ocimerge(directory.path("in"), "-o", directory.path("out"))
                expectOneSentence(run, "\(member.name) at \(place)")
                #expect(try Tree.names(in: directory.path) == ["in"])
            }
        }
    }

    @Test("a damaged byte of a header is refused or harmless", arguments: archives)
    func headers(_ source: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(source))))
        let directory = try TemporaryDirectory()
        for (number, member) in TarDissection.places(in: bytes).enumerated() {
            // One byte of each header field in turn: name, mode, size, time, checksum, type, link, magic, prefix,
            // padding. The size is damaged always.
            let places = [0, 101, 124, 137, 149, 156, 160, 258, 346, 505]
            for place in [places[number % places.count], 130] {
                var damaged = bytes
                damaged[member.header + place] ^= 0x04
                try directory.write(damaged, to: "in")
                let run = try ocimerge(directory.path("in"), "-o", directory.path("out"))
                expectOneSentence(run, "\(member.name) header \(place)")
                #expect(try Tree.names(in: directory.path) == ["in"])
            }
        }
    }

    @Test("a damaged byte of a file in a directory is refused or harmless", arguments: directories)
    func files(_ source: String) throws {
        let files = try Tree.read(Program.fixture(source))
        let whole = try whole(source)
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) where !bytes.isEmpty {
            for mask: UInt8 in [0x01, 0xff] {
                let directory = try TemporaryDirectory()
                try Program.run("cp", ["-r", Program.fixture(source), directory.path("in")])
                var damaged = bytes
                damaged[bytes.count / 2] ^= mask
                try directory.write(damaged, to: "in/" + name)
                // No digest covers the top document of `dir:`, so another platform in it is valid.
                if name == "manifest.json" {
                    let run = try ocimerge(directory.path("in"), "-o", directory.path("out"))
                    #expect(run.status == 0 || run.status == 1)
                    continue
                }
                try check(directory.path("in"), "\(name) ^ \(mask)", whole: whole)
            }
        }
    }

    @Test(
        "a source cut off at any length is refused or harmless",
        arguments: archives + [
            "tar/compressed/plain.tar.gz", "tar/compressed/plain.tar.zst", "tar/compressed/plain.tar.xz",
            "tar/compressed/plain.tar.bz2", "tar/compressed/plain.tar.lz4",
        ])
    func truncated(_ source: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(source))))
        let whole = try whole(source)
        let directory = try TemporaryDirectory()
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 37)) {
            let part = Array(bytes[..<length])
            try directory.write(part, to: "in")
            try check(directory.path("in"), "\(length) of \(bytes.count)", whole: whole)
            try check("-", "\(length) of \(bytes.count), streamed", whole: whole, input: part)
        }
    }

    @Test("random bytes, alone or after a valid beginning, are refused or harmless", arguments: 0..<40)
    func random(_ round: Int) throws {
        let directory = try TemporaryDirectory()
        let good = Array(
            try Data(contentsOf: URL(fileURLWithPath: Program.fixture(Self.archives[round % Self.archives.count]))))
        let kept = round < 10 ? 0 : Int.random(in: 0..<good.count)
        let noise = (0..<Int.random(in: 1..<20_000)).map { _ in UInt8.random(in: 0...255) }
        let bytes = Array(good[..<kept]) + noise
        try directory.write(bytes, to: "in")
        for arguments in [[directory.path("in"), "-o", directory.path("out")], ["inspect", directory.path("in")]] {
            let run = try Program.ocimerge(arguments)
            #expect(run.status == 0 || run.status == 1, "kept \(kept)")
        }
    }

    @Test("documents with random bytes changed never crash", arguments: 0..<40)
    func documents(_ round: Int) throws {
        let source = Self.archives[round % Self.archives.count]
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(source))))
        let documents = TarDissection.places(in: bytes).filter {
            bytes[$0.content].first == UInt8(ascii: "{") || bytes[$0.content].first == UInt8(ascii: "[")
        }
        let directory = try TemporaryDirectory()
        for _ in 0..<3 {
            guard let document = documents.randomElement(), let place = document.content.randomElement() else {
                continue
            }
            bytes[place] = Array("{}[]\",:0\\x\u{1}".utf8).randomElement() ?? 0
        }
        try directory.write(bytes, to: "in")
        for arguments in [
            [directory.path("in"), "-o", directory.path("out")], ["inspect", "--json", directory.path("in")],
        ] {
            let run = try Program.ocimerge(arguments)
            #expect(run.status == 0 || run.status == 1, "\(run.stderr)")
        }
    }
}
