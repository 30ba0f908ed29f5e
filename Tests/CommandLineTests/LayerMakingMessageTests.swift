import ByteIO
import ImageAudit
import ImageLayers
import Testing

@testable import ocimerge

@Suite struct LayerMakingMessageTests {
    private static let place = FilePath("usr/x")

    static let errors: [(LayerMakingError, String)] = [
        (
            .io(IOFailure(.read, "d/a", .changed)),
            "d/a changed while it was read; run the command again when nothing writes to it"
        ),
        (
            .target("opt", .relative),
            "cannot add a layer at opt: the path in the image must be absolute; begin it with a slash"
        ),
        (
            .target("/a/..", .climbing),
            "cannot add a layer at /a/..: the path has a part ..; write it without this part"
        ),
        (
            .target("/.wh.a", .whiteout),
            "cannot add a layer at /.wh.a: a part of the path begins with .wh., which marks a deleted file; choose another path"
        ),
        (
            .file(path: "d/s", .special(.socket)),
            "cannot add d/s: it is a socket; layers are made of files, directories and symbolic links; remove it"
        ),
        (
            .file(path: "d/.wh.a", .whiteout),
            "cannot add d/.wh.a: a name that begins with .wh. marks a deleted file; rename it, or use --delete"
        ),
        (
            .file(path: "d/a", .longPath(limit: 4096)),
            "cannot add d/a: its path in the image has more than 4096 bytes; choose shorter names"
        ),
        (
            .file(path: "d/x", .replacesFile(place, .file)),
            "cannot add d/x: the directory would replace a file of the image, /usr/x; to delete that first, add --delete /usr/x"
        ),
        (
            .file(path: "d/x", .replacesDirectory(place)),
            "cannot add d/x: it would replace a directory of the image, /usr/x; to delete that first, add --delete /usr/x"
        ),
        (
            .file(path: "d/x", .danglingLink(place)),
            "cannot add d/x: the symbolic link /usr/x of the image leads to no file; to delete that first, add --delete /usr/x"
        ),
        (
            .file(path: "d/x", .endlessLinks(place)),
            "cannot add d/x: /usr/x of the image leads through too many symbolic links; to delete that first, add --delete /usr/x"
        ),
        (
            .file(path: "d/x", .collision(other: "d/y", place)),
            "cannot add d/x: it would be /usr/x in the image, as d/y; remove one of them"
        ),
        (
            .records(.attributeName(path: "d/x", name: "user.a=b")),
            "cannot add d/x: a tar cannot hold the name of its extended attribute user.a=b; remove the attribute"
        ),
        (
            .records(.longRecords(path: "d/x", limit: 1 << 20)),
            "cannot add d/x: its extended attributes take more than 1.05 MB; remove some of them"
        ),
        (
            .tar(.notATar(path: "a.tar")),
            "cannot add a.tar: it is neither a tar archive nor a directory; name one of them"
        ),
        (.tar(.cutOff(path: "a.tar")), "a.tar is cut off after its last member: the end marker is missing"),
        (
            .member(archive: "a.tar", name: "/x", .absolute),
            "cannot add a.tar: member /x has an absolute name; write the archive with relative names"
        ),
        (
            .member(archive: "a.tar", name: "../x", .climbing),
            "cannot add a.tar: member ../x has a part .. in its name; write the archive without such names"
        ),
        (
            .member(archive: "a.tar", name: "x", .linkTarget("/y")),
            "cannot add a.tar: member x is a hard link out of the archive, to /y; write the archive with its target"
        ),
        (
            .member(archive: "a.tar", name: "x", .type(90)),
            "cannot add a.tar: member x has the unknown type 90; write the archive without it"
        ),
        (
            .imageArchive("a.tar"),
            "cannot add a.tar: it is an archive of images, not of files; name it as SOURCE, or extract it to add its files"
        ),
        (.deletion("/", .root), "cannot delete /: it is the root of the image; name files below it"),
        (
            .deletion("/usr/y", .absent(name: Array("y".utf8), in: FilePath("usr"), others: [Array("x".utf8)])),
            "cannot delete /usr/y: no file /usr/y in the image; did you mean /usr/x?"
        ),
        (
            .deletion("/usr/other", .absent(name: Array("other".utf8), in: FilePath("usr"), others: [])),
            "cannot delete /usr/other: no file /usr/other in the image; list the files with inspect --files"
        ),
        (
            .deletion("/usr/x/y", .notDirectory(place)),
            "cannot delete /usr/x/y: /usr/x of the image is not a directory; list its files with inspect --files"
        ),
        (
            .deletion("/x", .endlessLinks),
            "cannot delete /x: the path leads through too many symbolic links; list the files with inspect --files"
        ),
    ]

    @Test("An error while a layer is made names the object, the cause and the next step", arguments: errors.indices)
    func sentence(_ number: Int) {
        let (error, sentence) = Self.errors[number]
        #expect(error.sentence == sentence)
    }
}
