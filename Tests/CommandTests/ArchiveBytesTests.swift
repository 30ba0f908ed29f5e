import Foundation
import TestSupport
import Testing

@Suite("An archive, byte by byte")
struct ArchiveBytesTests {
    static let pair = ["docker20/hello-amd64.tar", "docker20/hello-s390x.tar"]

    private func archive(_ sources: [String], _ destination: String) throws {
        expectDone(
            try Program.ocimerge(sources + ["-q", "-o", destination], directory: fixtures))
    }

    /// The listing of `tar`: permissions, owner, size and name.
    private func listing(_ path: String) throws -> String {
        let lines = try Program.run(
            "tar", ["--numeric-owner", "--utc", "-tvf", path], environment: ["LC_ALL": "C"]
        ).stdout.split(separator: "\n")
        let shortened = lines.map { line -> String in
            let words = line.split(separator: " ")
            #expect(words[3] == "1970-01-01" && words[4] == "00:00")
            return ([words[0], words[1], words[2]] + words[5...]).joined(separator: " ")
        }
        return shortened.joined(separator: "\n")
    }

    @Test("a portable archive has exactly these members")
    func portable() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        try archive(Self.pair, path)
        let archive = try soundArchive(path)
        #expect(
            try listing(path) == """
                -rw-r--r-- 0/0 30 oci-layout
                -rw-r--r-- 0/0 349 index.json
                -rw-r--r-- 0/0 303 manifest.json
                drwxr-xr-x 0/0 0 blobs/
                drwxr-xr-x 0/0 0 blobs/sha256/
                -rw-r--r-- 0/0 887 blobs/sha256/37320bbd42ed588b162b8f1036303ae4fd016c952574222ee3875f66addb5bcf
                -rw-r--r-- 0/0 491 blobs/sha256/469b1653fd28ea7e6459cf25f32b02abecc6ade7a8df40ef3a492631f3e119cb
                -rw-r--r-- 0/0 2560 blobs/sha256/648a4b7e912e0a67ac6a71f76f4282f86f4a7b3d52023873034880aed3cc6cbe
                -rw-r--r-- 0/0 547 blobs/sha256/64e2ab7e633ede247c04a455d2cfa3bf381dbc007570fbbfc64fad415224c8bb
                -rw-r--r-- 0/0 547 blobs/sha256/905cbbeeac6cac80746ba9a6f78eb8ae06378c3d7731cb4f73cdf79022e28699
                -rw-r--r-- 0/0 9216 blobs/sha256/a0ac1a66c4d89342091eb0bd1fb048750d0f4ae1feab0b4413ae96e752718201
                -rw-r--r-- 0/0 887 blobs/sha256/d57cee1700e89eaf279ae16f2e249346db6bf675c1e82434f6e40bb33d889030
                -rw-r--r-- 0/0 2560 blobs/sha256/e73bd7df926c49b45683882af51f1b7982bc0d3d63ec98c5ea3c04c27e221491
                """)
        #expect(
            String(decoding: archive.content("index.json") ?? [], as: UTF8.self)
                == #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"#
                + #""mediaType":"application/vnd.oci.image.index.v1+json","#
                + #""digest":"sha256:469b1653fd28ea7e6459cf25f32b02abecc6ade7a8df40ef3a492631f3e119cb","size":491,"#
                + #""annotations":{"io.containerd.image.name":"docker.io/demo/hello:1.0","#
                + #""org.opencontainers.image.ref.name":"1.0"}}]}"#)
        #expect(
            String(decoding: archive.content("manifest.json") ?? [], as: UTF8.self)
                == #"[{"Config":"blobs/sha256/d57cee1700e89eaf279ae16f2e249346db6bf675c1e82434f6e40bb33d889030","#
                + #""RepoTags":["docker.io/demo/hello:1.0"],"#
                + #""Layers":["blobs/sha256/a0ac1a66c4d89342091eb0bd1fb048750d0f4ae1feab0b4413ae96e752718201","#
                + #""blobs/sha256/648a4b7e912e0a67ac6a71f76f4282f86f4a7b3d52023873034880aed3cc6cbe"]}]"#)
        #expect(archive.content("oci-layout") == Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(SavedImage.digest(bytes) == "sha256:1c1c6d8f1c4056be7e7519d19ba82dfe67828f832513375285ab8d36a02d9dc4")
    }

    @Test("an oci-archive equals a portable archive without docker's manifest.json")
    func oci() throws {
        let directory = try TemporaryDirectory()
        try archive(Self.pair, directory.path("out.tar"))
        try archive(Self.pair, "oci-archive:" + directory.path("oci.tar"))
        let portable = try soundArchive(directory.path("out.tar"))
        let oci = try soundArchive(directory.path("oci.tar"))
        #expect(oci.docker == nil)
        #expect(oci.members.map(\.bytes) == portable.members.filter { $0.name != "manifest.json" }.map(\.bytes))
    }

    @Test("a docker-archive has exactly these members")
    func docker() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        try archive([Self.pair[0]], "docker-archive:" + path)
        let base = "eeeeec52fa504f1450d3fb2e6e85af37b991435183e53c90d28fee82746d3d98"
        let top = "4d0269eeb265fda804a0ad7874550cab5bc1e40630dd8cc182ca8b865b69439e"
        #expect(
            try listing(path) == """
                -rw-r--r-- 0/0 9216 a0ac1a66c4d89342091eb0bd1fb048750d0f4ae1feab0b4413ae96e752718201.tar
                -rw-r--r-- 0/0 2560 648a4b7e912e0a67ac6a71f76f4282f86f4a7b3d52023873034880aed3cc6cbe.tar
                -rw-r--r-- 0/0 887 d57cee1700e89eaf279ae16f2e249346db6bf675c1e82434f6e40bb33d889030.json
                lrwxrwxrwx 0/0 0 \(base)/layer.tar -> ../a0ac1a66c4d89342091eb0bd1fb048750d0f4ae1feab0b4413ae96e752718201.tar
                -rw-r--r-- 0/0 3 \(base)/VERSION
                -rw-r--r-- 0/0 73 \(base)/json
                lrwxrwxrwx 0/0 0 \(top)/layer.tar -> ../648a4b7e912e0a67ac6a71f76f4282f86f4a7b3d52023873034880aed3cc6cbe.tar
                -rw-r--r-- 0/0 3 \(top)/VERSION
                -rw-r--r-- 0/0 330 \(top)/json
                -rw-r--r-- 0/0 277 manifest.json
                -rw-r--r-- 0/0 99 repositories
                """)
        let members = TarDissection(Array(try Data(contentsOf: URL(fileURLWithPath: path)))).members
        func text(_ name: String) -> String {
            String(decoding: members.first { $0.name == name }?.content ?? [], as: UTF8.self)
        }
        #expect(
            text("manifest.json")
                == #"[{"Config":"d57cee1700e89eaf279ae16f2e249346db6bf675c1e82434f6e40bb33d889030.json","#
                + #""RepoTags":["docker.io/demo/hello:1.0"],"#
                + #""Layers":["a0ac1a66c4d89342091eb0bd1fb048750d0f4ae1feab0b4413ae96e752718201.tar","#
                + #""648a4b7e912e0a67ac6a71f76f4282f86f4a7b3d52023873034880aed3cc6cbe.tar"]}]"#)
        #expect(text("repositories") == #"{"docker.io/demo/hello":{"1.0":"\#(top)"}}"#)
        #expect(text("\(base)/VERSION") == "1.0")
        #expect(text("\(base)/json") == #"{"id":"\#(base)"}"#)
        #expect(text("\(top)/json").contains(#""id":"\#(top)""#))
        #expect(text("\(top)/json").contains(#""parent":"\#(base)""#))
    }

    @Test(
        "every readable fixture gives an archive with the same images as a layout", arguments: Fixture.readable)
    func everyFixture(_ fixture: Fixture) throws {
        let directory = try TemporaryDirectory()
        let layout = directory.path("layout")
        #expect(try ocimerge(fixture.name, "--trust", "-q", "-o", layout).status == 0)
        for form in ["", "oci-archive:"] {
            let path = directory.path("out.tar")
            let run = try ocimerge(fixture.name, "--trust", "-q", "--force", "-o", form + path)
            #expect(run.status == 0, "\(run.stderr)")
            #expect(run.stderr.split(separator: "\n").allSatisfy { $0.hasPrefix("ocimerge: warning: ") })
            let archive = try soundArchive(path)
            let direct = try soundLayout(layout)
            #expect(archive.layout.contents == direct.contents)
            #expect(archive.layout.absent == direct.absent)
            #expect(Set(archive.layout.attestations.map(\.digest)) == Set(direct.attestations.map(\.digest)))
            #expect(run.stdout == Self.rootDigests(archive.layout))
        }
        #expect(try Tree.names(in: directory.path) == ["layout", "out.tar"])
    }

    /// Each digest once, without artifacts, as `--quiet` prints them.
    private static func rootDigests(_ layout: WrittenLayout) -> String {
        var seen: Set<String> = []
        let images = Set(layout.images.map(\.descriptor.digest))
        let documents = layout.entries.filter { entry in
            images.contains(entry.digest)
                || ["index", "manifest.list"].contains { (entry.mediaType ?? "").contains($0) }
        }
        return documents.filter { seen.insert($0.digest).inserted }.map { $0.digest + "\n" }.joined()
    }
}
