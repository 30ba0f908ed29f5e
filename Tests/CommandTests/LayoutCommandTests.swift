import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("ls lists, tag adds and rm removes names of a layout")
struct LayoutCommandTests {
    private let app = TwoImageLayout.index.digest
    private let other = TwoImageLayout.other.manifest.digest

    @Test("ls prints a line for each name, in the order of names")
    func lists() throws {
        let layout = try TwoImageLayout()
        let run = try layout.run("ls", "l")
        expectDone(run)
        #expect(
            run.stdout == """
                docker.io/demo/app:1.0    \(app)  linux/amd64, linux/arm64/v8  1.88 kB
                docker.io/demo/other:1.0  \(other)  linux/s390x                    794 B

                """)
        #expect(try layout.run("ls", "-q", "l").stdout == "docker.io/demo/app:1.0\ndocker.io/demo/other:1.0\n")
    }

    @Test("ls reports absent and damaged content and succeeds")
    func listsIncomplete() throws {
        let layout = try TwoImageLayout()
        let blobs = layout.path + "/blobs/sha256/"
        try FileManager.default.removeItem(atPath: blobs + TwoImageLayout.arm64.manifest.digest.hex)
        try FileManager.default.removeItem(atPath: blobs + Digest(of: Array("shared".utf8)).hex)
        let run = try layout.run("ls", "l")
        expectDone(run)
        let lines = run.stdout.split(separator: "\n").map { $0.split(separator: "  ").map { $0.trimmed } }
        #expect(lines.map { $0[2] } == ["linux/amd64, linux/arm64/v8 (absent)", "linux/s390x"])
        #expect(lines.map { $0[4] } == ["2 absent", "1 absent"])
        try layout.directory.write([1], to: "l/blobs/sha256/\(other.hex)")
        let damaged = try layout.run("ls", "l")
        #expect(damaged.status == 0)
        #expect(damaged.stdout.contains("docker.io/demo/other:1.0"))
        #expect(
            damaged.stderr
                == "ocimerge: warning: l: blobs/sha256/\(other.hex) is damaged: "
                + "\(TwoImageLayout.other.manifest.bytes.count) bytes expected, 1 found\n"
        )
    }

    @Test("ls --json prints these members")
    func listsForPrograms() throws {
        let layout = try TwoImageLayout()
        try layout.directory.write(
            Array(TwoImageLayout.text([TwoImageLayout.spaced(TwoImageLayout.other.entry())]).utf8), to: "l/index.json")
        #expect(
            try layout.run("ls", "--json", "l").stdout == """
                {
                  "source": "l",
                  "layout": "l",
                  "images": [
                    {
                      "name": null,
                      "digest": "\(other)",
                      "mediaType": "application/vnd.oci.image.manifest.v1+json",
                      "kind": "image",
                      "platforms": [
                        {
                          "platform": "linux/s390x",
                          "digest": "\(other)",
                          "present": true
                        }
                      ],
                      "size": 794,
                      "absent": []
                    }
                  ],
                  "warnings": []
                }

                """)
        #expect(try layout.run("ls", "l").stdout.hasPrefix("(no name)  sha256:"))
        #expect(try layout.run("ls", "-q", "l").stdout == "")
    }

    @Test("ls and rm escape control characters in names")
    func escapes() throws {
        let layout = try TwoImageLayout()
        let entry = TwoImageLayout.other.entry(more: [ImageLabel.referenceKey: "a\u{1b}[2Jb"])
        try layout.directory.write(Array(TwoImageLayout.text([TwoImageLayout.spaced(entry)]).utf8), to: "l/index.json")
        #expect(try layout.run("ls", "-q", "l").stdout == "a\\u{1b}[2Jb\n")
        #expect(try layout.run("rm", "l:a\u{1b}[2Jb").stdout.contains("  a\\u{1b}[2Jb  sha256:"))
    }

    @Test(
        "tag adds a name, copies the old entry and keeps every other byte",
        arguments: ["1.0", "demo/app:1.0"])
    func tags(_ old: String) throws {
        let layout = try TwoImageLayout()
        // A bare tag is enough if only one image has it.
        _ = try layout.run("rm", "l:demo/other:1.0")
        let mode = [FileAttributeKey.posixPermissions: 0o640]
        try FileManager.default.setAttributes(mode, ofItemAtPath: layout.path + "/index.json")
        let dry = try layout.run("tag", "--dry-run", "l:\(old)", "new:2")
        expectDone(dry)
        #expect(dry.stdout == "docker.io/library/new:2 in l would lead to \(app)\n")
        #expect(try layout.list == TwoImageLayout.text([TwoImageLayout.spaced(TwoImageLayout.app)]))
        let run = try layout.run("tag", "l:\(old)", "new:2")
        expectDone(run)
        #expect(run.stdout == "docker.io/library/new:2 in l leads to \(app)\n")
        var entry = TwoImageLayout.app
        entry.annotations.merge(ImageLabel(reference: "new:2").annotations) { $1 }
        #expect(try layout.list == TwoImageLayout.text([TwoImageLayout.app, entry].map(TwoImageLayout.spaced)))
        let attributes = try FileManager.default.attributesOfItem(atPath: layout.path + "/index.json")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        let before = try layout.list
        let again = try layout.run("tag", "l:\(old)", "new:2")
        #expect(again.stdout == "docker.io/library/new:2 in l leads to \(app) already\n")
        #expect(try layout.list == before)
    }

    @Test("a new tag stays in the repository of the image", arguments: ["demo/app:1.0", "@"])
    func tagsInRepository(_ old: String) throws {
        let layout = try TwoImageLayout()
        let source = old == "@" ? "l@\(app)" : "l:\(old)"
        let run = try layout.run("tag", source, "LATEST_2")
        expectDone(run)
        #expect(run.stdout == "docker.io/demo/app:LATEST_2 in l leads to \(app)\n")
        #expect(try layout.run("ls", "-q", "l").stdout.contains("docker.io/demo/app:LATEST_2\n"))
    }

    @Test("a new tag for a digest in several repositories is refused")
    func tagOfSeveral() throws {
        let layout = try TwoImageLayout()
        _ = try layout.run("tag", "l:demo/app:1.0", "demo/copy:1.0")
        let before = try layout.list
        expectFailure(
            try layout.run("tag", "l@\(app)", "2.0"),
            "l@\(app) is in several repositories; write the whole name: docker.io/demo/app:2.0 or "
                + "docker.io/demo/copy:2.0")
        #expect(try layout.list == before)
        expectDone(try layout.run("tag", "l:demo/copy:1.0", "2.0"))
        #expect(try layout.run("ls", "-q", "l").stdout.contains("docker.io/demo/copy:2.0\n"))
    }

    @Test("tag moves an existing name and reports its old digest")
    func moves() throws {
        let layout = try TwoImageLayout()
        let run = try layout.run("tag", "l:demo/app:1.0", "demo/other:1.0")
        expectDone(run)
        #expect(
            run.stdout == "docker.io/demo/other:1.0 in l leads to \(app)\nbefore, it led to \(other)\n")
        #expect(try layout.run("ls", "-q", "l").stdout == "docker.io/demo/app:1.0\ndocker.io/demo/other:1.0\n")
        let json = try layout.run("tag", "--json", "l@\(app)", "demo/other:1.0")
        #expect(
            json.stdout == """
                {
                  "layout": "l",
                  "name": "docker.io/demo/other:1.0",
                  "digests": [
                    "\(app)"
                  ],
                  "previous": [
                    "\(app)"
                  ],
                  "dryRun": false,
                  "changed": false,
                  "warnings": []
                }

                """)
    }

    @Test("tag copies the descriptor of an image below an index")
    func tagsChild() throws {
        let layout = try TwoImageLayout()
        let child = TwoImageLayout.arm64.manifest.digest
        let run = try layout.run("tag", "-q", "l@\(child)", "arm:1")
        expectDone(run)
        #expect(run.stdout == "\(child)\n")
        let entry = TwoImageLayout.arm64.entry("linux/arm64/v8", name: "arm:1")
        let last = try #require(try WrittenLayout(layout.path, strict: false).entries.last)
        #expect(last.digest == child.description && last.platform?.variant == "v8")
        #expect(last.annotations == entry.annotations)
        #expect(try IndexView(bytes: Array(layout.list.utf8)).manifests.last?.descriptor.platform == entry.platform)
    }

    @Test("rm removes the name and reports remaining names")
    func removes() throws {
        let layout = try TwoImageLayout()
        _ = try layout.run("tag", "l:demo/app:1.0", "new:2")
        let before = try layout.list
        let dry = try layout.run("rm", "--dry-run", "l:new:2")
        #expect(dry.stdout.hasPrefix("would remove from l:\n"))
        #expect(try layout.list == before)
        let run = try layout.run("rm", "l:new:2")
        expectDone(run)
        #expect(
            run.stdout == """
                removed from l:
                  docker.io/library/new:2  \(app)
                \(app) is still there as docker.io/demo/app:1.0
                nothing is left that ocimerge gc l would free

                """)
        #expect(
            try layout.list
                == TwoImageLayout.text([TwoImageLayout.app, TwoImageLayout.second].map(TwoImageLayout.spaced)))
        let last = try layout.run("rm", "l:demo/app:1.0")
        expectDone(last)
        #expect(
            last.stdout == """
                removed from l:
                  docker.io/demo/app:1.0  \(app)
                ocimerge gc l frees 1.88 kB

                """)
        #expect(try layout.list == TwoImageLayout.text([TwoImageLayout.spaced(TwoImageLayout.second)]))
        #expect(try layout.run("gc", "l").stdout == "freed 1.88 kB in l: 7 blobs removed, 4 kept\n")
        try soundLayout(layout.path)
    }

    @Test("rm removes several names or all entries of a digest, and --gc their blobs")
    func removesByDigest() throws {
        let layout = try TwoImageLayout()
        _ = try layout.run("tag", "l:demo/app:1.0", "new:2")
        let run = try layout.run("rm", "--gc", "l@\(app)", "l:demo/other:1.0")
        expectDone(run)
        #expect(
            run.stdout == """
                removed from l:
                  docker.io/demo/app:1.0    \(app)
                  docker.io/demo/other:1.0  \(other)
                  docker.io/library/new:2   \(app)
                freed 2.67 kB in l: 11 blobs removed, 0 kept

                """)
        #expect(try Tree.names(in: layout.path + "/blobs/sha256") == [])
        expectFailure(try layout.run("rm", "l:x"), "l holds no image")
        #expect(try layout.run("ls", "l").stdout == "")
    }

    @Test("rm --json prints these members")
    func removesForPrograms() throws {
        let layout = try TwoImageLayout()
        #expect(
            try layout.run("rm", "--json", "--gc", "--dry-run", "l:demo/other:1.0").stdout == """
                {
                  "layout": "l",
                  "dryRun": true,
                  "removed": [
                    {
                      "name": "docker.io/demo/other:1.0",
                      "digest": "\(other)"
                    }
                  ],
                  "images": [
                    {
                      "digest": "\(other)",
                      "names": [],
                      "needed": false
                    }
                  ],
                  "freeable": 788,
                  "gc": {
                    "removed": [
                \(try garbage(TwoImageLayout.other, but: "shared"))
                    ],
                    "bytes": 788,
                    "kept": 8,
                    "leftovers": [],
                    "leftAlone": []
                  },
                  "warnings": []
                }

                """)
    }

    private func garbage(_ image: SampleImage, but shared: String) throws -> String {
        let blobs = SampleFiles.blobs([image]).filter { $0.1 != Array(shared.utf8) }
        return blobs.map { name, bytes in
            let digest = "sha256:" + name.split(separator: "/")[2]
            return "      {\n        \"digest\": \"\(digest)\",\n        \"size\": \(bytes.count)\n      }"
        }.joined(separator: ",\n")
    }

    @Test("rm reports that another entry still needs the image")
    func removesNeeded() throws {
        let layout = try TwoImageLayout()
        let child = TwoImageLayout.amd64.manifest.digest
        // An image without a repository gets a bare tag.
        #expect(try layout.run("tag", "l@\(child)", "child").stdout == "child in l leads to \(child)\n")
        #expect(
            try layout.run("rm", "l:child").stdout == """
                removed from l:
                  child  \(child)
                \(child) is still needed by another entry
                nothing is left that ocimerge gc l would free

                """)
        expectFailure(
            try layout.run("rm", "l@\(child)"),
            "l: no entry of index.json leads to \(child) itself; ocimerge ls lists the entries")
    }

    @Test(
        "nothing is removed while a document of an entry is absent",
        arguments: [["gc", "l"], ["rm", "--gc", "l:demo/app:1.0"]])
    func keepsBehindAbsent(_ arguments: [String]) throws {
        let layout = try TwoImageLayout()
        try FileManager.default.removeItem(atPath: layout.path + "/blobs/sha256/\(other.hex)")
        let before = try Tree.read(layout.path)
        let run = try Program.ocimerge(arguments, directory: layout.directory.path)
        expectFailure(
            run,
            "l: \(other), which index.json names, is absent and may need any blob; complete the layout, or remove the entry "
                + "with ocimerge rm")
        #expect(try Tree.read(layout.path) == before)
        expectDone(
            try layout.run("rm", "--gc", "-q", "l:demo/other:1.0"))
        try soundLayout(layout.path)
    }

    @Test("gc warns that an absent manifest of an index may need a removed blob")
    func warnsOfAbsentChild() throws {
        let layout = try TwoImageLayout()
        let child = TwoImageLayout.amd64.manifest.digest
        try FileManager.default.removeItem(atPath: layout.path + "/blobs/sha256/\(child.hex)")
        let run = try layout.run("gc", "l")
        #expect(run.status == 0)
        #expect(
            run.stderr
                == "ocimerge: warning: l: 1 manifest of an index is absent; blobs that only an absent manifest needs are "
                + "removed\n")
    }

    @Test("rm removes a damaged image and its garbage")
    func removesDamaged() throws {
        let layout = try TwoImageLayout()
        try layout.directory.write([1], to: "l/blobs/sha256/\(other.hex)")
        let before = try Tree.read(layout.path)
        expectOneSentence(try layout.run("rm", "--gc", "l:demo/app:1.0"), "a damaged document may need any blob")
        #expect(try Tree.read(layout.path) == before)
        let run = try layout.run("rm", "--gc", "l:demo/other:1.0")
        expectDone(run)
        #expect(run.stdout.hasSuffix("3 blobs removed, 8 kept\n"), "\(run.stdout)")
        try soundLayout(layout.path)
        try layout.directory.write([1], to: "l/blobs/sha256/\(app.hex)")
        _ = try layout.run("tag", "l:demo/app:1.0", "again")
        let json = try layout.run("rm", "--dry-run", "--json", "l:again")
        #expect(json.stdout.contains("\"freeable\": null") && json.stdout.contains("cannot compute what gc would free"))
        let other = try layout.run("rm", "l:again")
        #expect(other.status == 0)
        #expect(other.stderr.hasPrefix("ocimerge: warning: cannot compute what gc would free: l: "), "\(other.stderr)")
        #expect(other.stderr.contains("is damaged") && other.stderr.split(separator: "\n").count == 1)
        #expect(other.stdout.hasSuffix("unneeded blobs stay until ocimerge gc l\n"))
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
