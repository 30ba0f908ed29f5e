import ByteIO
import Foundation
import ImageAudit
import ImageLayers
import ImageModel
import TestSupport
import Testing

@Suite("Layers of directories")
struct DirectoryLayerTests {
    private static let isRoot = geteuid() == 0

    private static func file(_ name: String) -> LayerEntry { .file(name, Array("old".utf8)) }

    @Test("members are sorted, with the time and the owner of the request, and keep their modes")
    func properties() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell(
            """
            mkdir -p d/z d/a-b d/a; umask 022; echo 1 >d/a/f; echo 22 >d/z/s; ln -s ../a/f d/z/link
            chmod 4755 d/z/s; chmod 1777 d/a-b; chmod 2750 d/a
            """, in: directory.path)
        let tar = try Requests.tar(
            .directory(directory.path("d"), at: "/"), time: 1_700_000_000, owner: FileOwner(user: 7, group: 3_000_000))
        let run = try Program.run("tar", ["-tvf", "-", "--numeric-owner", "--utc", "--full-time"], input: tar)
        #expect(
            run.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") } == [
                "drwxr-s--- 7/3000000 0 2023-11-14 22:13:20 a/",
                "-rw-r--r-- 7/3000000 2 2023-11-14 22:13:20 a/f",
                "drwxrwxrwt 7/3000000 0 2023-11-14 22:13:20 a-b/",
                "drwxr-xr-x 7/3000000 0 2023-11-14 22:13:20 z/",
                "lrwxrwxrwx 7/3000000 0 2023-11-14 22:13:20 z/link -> ../a/f",
                "-rwsr-xr-x 7/3000000 3 2023-11-14 22:13:20 z/s",
            ])
    }

    @Test("GNU tar and bsdtar extract what the directory has", .enabled(if: isRoot), arguments: ["tar", "bsdtar"])
    func extracted(_ program: String) throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "n", count: 200)
        try Requests.shell(
            """
            mkdir -p d/\(long)/\(long) out; echo text >d/\(long)/\(long)/file; ln d/\(long)/\(long)/file d/hard
            ln -s \(long)/\(long) d/link; printf x >d/$(printf 'caf\\351'); mkdir d/$(printf 'dir\\377')
            printf y >d/$(printf 'dir\\377')/\(long); cp /bin/true d/cap; chmod 6711 d/cap
            setcap cap_net_raw+ep d/cap
            python3 -c 'import os; os.setxattr("d/hard", "user.b", bytes(range(256))); os.setxattr("d", "user.d", b"1")'
            python3 -c 'import os; os.setxattr("d/hard", "user.c", b"a=b")'
            """, in: directory.path)
        let tar = try Requests.tar(.directory(directory.path("d"), at: "/"))
        let flags =
            program == "tar"
            ? ["--xattrs", "--xattrs-include=*", "--numeric-owner", "-xpf", "-"]
            : ["--xattrs", "--numeric-owner", "-xpf", "-"]
        let run = try Program.run(program, flags, input: tar, directory: directory.path("out"))
        #expect(run.status == 0, "\(run.stderr)")
        let listing = """
            import os, sys
            root = sys.argv[1].encode()
            first = {}
            for path, folders, files in os.walk(root):
                folders.sort()
                for name in sorted(folders + files):
                    full = os.path.join(path, name)
                    state = os.lstat(full)
                    values = {n: os.getxattr(full, n, follow_symlinks=False)
                              for n in sorted(os.listxattr(full, follow_symlinks=False))}
                    text = open(full, "rb").read() if os.path.isfile(full) and not os.path.islink(full) else b""
                    link = os.readlink(full) if os.path.islink(full) else b""
                    other = first.setdefault(state.st_ino, os.path.relpath(full, root))
                    print(os.path.relpath(full, root), oct(state.st_mode), state.st_nlink if name in files else 0,
                          other, values, text[:9], link)
            """
        let lists = try ["d", "out"].map { name in
            try Program.run("python3", ["-c", listing, directory.path(name)]).stdout
        }
        #expect(lists[0].contains("security.capability") && lists[0].contains("user.c"))
        #expect(lists[0] == lists[1])
    }

    @Test("the bytes depend neither on the order of creation nor on the number of threads")
    func deterministic() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell(
            """
            mkdir a b; for n in $(seq 40); do seq $n $((n * 2000)) >a/f$n; done
            for n in $(seq 40 -1 1); do cp a/f$n b/f$n; done; ln a/f9 a/f10x; ln b/f9 b/f10x
            """, in: directory.path)
        for recipe: Recipe? in [.gzip(level: 2), .zstd(level: 3), nil] {
            let made = try [("a", 1), ("b", 1), ("a", 2), ("b", 5)].map { name, jobs in
                try Requests.make([.directory(directory.path(name), at: "/x")], recipe: recipe, jobs: jobs)[0]
            }
            #expect(Set(made.map(\.layer.digest)).count == 1)
            #expect(Set(made.map(\.layer.diffID)).count == 1)
        }
    }

    @Test("directories that the image has keep their properties, missing ones get mode 755")
    func parents() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell(
            "mkdir -p d/etc/new; echo >d/etc/a; echo >d/etc/new/b; chmod 700 d d/etc d/etc/new", in: directory.path)
        let base = [[LayerEntry.directory("etc"), Self.file("etc/a"), .directory("opt")]]
        let names = try Requests.names(Requests.tar(.directory(directory.path("d"), at: "/"), on: base))
        #expect(names == ["etc/", "etc/a", "etc/new/", "etc/new/b"])
        let moved = try Requests.tar(.directory(directory.path("d"), at: "/opt//x/./y/"), on: base)
        #expect(
            try Requests.names(moved) == [
                "opt/", "opt/x/", "opt/x/y/", "opt/x/y/etc/", "opt/x/y/etc/a", "opt/x/y/etc/new/", "opt/x/y/etc/new/b",
            ])
        let run = try Program.run("tar", ["-tvf", "-"], input: moved)
        #expect(
            run.stdout.split(separator: "\n").map { $0.prefix(10) }.prefix(4) == [
                "drwxr-xr-x", "drwxr-xr-x", "drwxr-xr-x", "drwx------",
            ])
    }

    /// Some engines give a directory that a layer only implies the mode 755 and the owner root.
    @Test("a layer repeats mode and owner of the image's directories above its files", arguments: [true, false])
    func keptDirectories(_ deletes: Bool) throws {
        let directory = try TemporaryDirectory()
        try Requests.shell("mkdir -p d/tmp/sub; echo >d/tmp/sub/f; chmod 755 d/tmp", in: directory.path)
        var tmp = LayerEntry.directory("tmp")
        (tmp.mode, tmp.user, tmp.group) = (0o1777, 12, 34)
        let base = [[tmp, Self.file("tmp/old"), .directory("etc")]]
        let content: LayerRequest.Content =
            deletes ? .deletion(["/tmp/old"]) : .directory(directory.path("d"), at: "/")
        let tar = try Requests.tar(content, on: base, owner: FileOwner(user: 5, group: 6))
        let lines = try Program.run("tar", ["--numeric-owner", "-tvf", "-"], input: tar).stdout.split(separator: "\n")
        #expect(lines.count == (deletes ? 2 : 3))
        #expect(lines[0].hasPrefix("drwxrwxrwt 12/34 ") && lines[0].hasSuffix(" tmp/"), "\(lines)")
    }

    @Test("a file does not hide the directory to which a link of the image leads; a link may replace the link")
    func linksToDirectories() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell("mkdir f l; echo >f/bin; ln -s usr/bin l/bin", in: directory.path)
        let base = [[LayerEntry.directory("usr/bin"), .symbolicLink("bin", to: "usr/bin")]]
        #expect(
            Requests.failure(.directory(directory.path("f"), at: "/"), on: base)
                == .file(path: directory.path("f/bin"), .replacesDirectory(FilePath("bin"))))
        #expect(try Requests.names(Requests.tar(.directory(directory.path("l"), at: "/"), on: base)) == ["bin"])
    }

    @Test("directories merge with the targets of the image's links")
    func mergedUsr() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell(
            "mkdir -p d/bin d/lib/x; echo >d/bin/foo; ln d/bin/foo d/lib/x/hard; echo >d/top", in: directory.path)
        let base = [
            [
                LayerEntry.directory("usr/bin"), .symbolicLink("bin", to: "usr/bin"),
                .symbolicLink("lib", to: "/usr/lib"),
            ],
            [LayerEntry.directory("usr/lib"), .symbolicLink("here", to: "/")],
        ]
        let tar = try Requests.tar(.directory(directory.path("d"), at: "/here"), on: base)
        #expect(
            try Requests.names(tar) == [
                "usr/", "usr/bin/", "usr/lib/", "usr/bin/foo", "usr/lib/x/", "usr/lib/x/hard", "top",
            ])
        let list = try Program.run("tar", ["-tvf", "-"], input: tar).stdout
        #expect(list.contains("usr/lib/x/hard link to usr/bin/foo"))
        try Requests.shell("mkdir -p d/usr/bin; echo >d/usr/bin/foo", in: directory.path)
        #expect(
            Requests.failure(.directory(directory.path("d"), at: "/"), on: base)
                == .file(
                    path: directory.path("d/usr/bin/foo"),
                    .collision(other: directory.path("d/bin/foo"), FilePath("usr/bin/foo"))))
    }

    @Test("conflicts with the image name both files")
    func conflicts() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell(
            "mkdir -p d/x; echo >d/x/f; echo >f; mkdir e; echo >e/x; mkdir l; ln -s x l/x", in: directory.path)
        func flaw(_ name: String, _ base: LayerEntry...) -> LayerMakingError.FileFlaw? {
            guard
                case .file(directory.path(name + "/x"), let flaw)? = Requests.failure(
                    .directory(directory.path(name), at: "/"), on: [base])
            else { return nil }
            return flaw
        }
        let place = FilePath("x")
        #expect(flaw("d", Self.file("x")) == .replacesFile(place, .file))
        #expect(flaw("d", .symbolicLink("x", to: "file"), Self.file("file")) == .replacesFile(place, .symbolicLink))
        #expect(flaw("d", .symbolicLink("x", to: "absent")) == .danglingLink(place))
        #expect(flaw("d", .symbolicLink("x", to: "y"), .symbolicLink("y", to: "x")) == .endlessLinks(place))
        #expect(flaw("e", .directory("x")) == .replacesDirectory(place))
        #expect(flaw("l", .directory("x")) == .replacesDirectory(place))
        for entry in [Self.file("x"), .symbolicLink("x", to: "absent")] {
            #expect(try Requests.names(Requests.tar(.directory(directory.path("e"), at: "/"), on: [[entry]])) == ["x"])
        }
        #expect(
            Requests.failure(.directory(directory.path("d"), at: "/x/y"), on: [[Self.file("x")]])
                == .file(path: directory.path("d"), .replacesFile(place, .file)))
    }

    @Test(
        "targets must be absolute paths without parts ..",
        arguments: [
            ("a", LayerMakingError.TargetFlaw.relative), ("", .relative), ("/a/../b", .climbing), ("/.wh.a", .whiteout),
        ])
    func targets(_ text: String, _ flaw: LayerMakingError.TargetFlaw) {
        #expect(Requests.failure(.directory("/", at: text)) == .target(text, flaw))
    }

    @Test("files that no layer can hold are refused by their paths")
    func refused() throws {
        for (script, name, flaw): (String, String, LayerMakingError.FileFlaw) in [
            ("mkfifo x", "x", .special(.fifo)),
            ("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"x\")'", "x", .special(.socket)),
            ("mknod x c 1 3", "x", .special(.characterDevice)),
            ("mkdir x; mknod x/y b 7 0", "x/y", .special(.blockDevice)),
            ("touch .wh.x", ".wh.x", .whiteout), ("mkdir .wh..wh..opq", ".wh..wh..opq", .whiteout),
        ] {
            if script.contains("mknod"), !Self.isRoot { continue }
            let directory = try TemporaryDirectory()
            try Requests.shell(script, in: directory.path)
            #expect(Requests.failure(.directory(directory.path, at: "/")) == .file(path: directory.path(name), flaw))
        }
        #expect(Requests.failure(.directory("/absent", at: "/")) == .io(IOFailure(.open, "/absent", .system(ENOENT))))
    }

    @Test("each request sees the files that the ones before made")
    func sequence() throws {
        let directory = try TemporaryDirectory()
        try Requests.shell("mkdir -p one/a two/a; echo >one/a/f; echo >two/a/g", in: directory.path)
        let contents: [LayerRequest.Content] = [
            .directory(directory.path("one"), at: "/opt"), .directory(directory.path("two"), at: "/opt"),
            .deletion(["/opt/a/f"]), .directory(directory.path("one"), at: "/opt"),
        ]
        let made = try Requests.make(contents)
        #expect(
            try made.map { try Requests.names($0.bytes) } == [
                ["opt/", "opt/a/", "opt/a/f"], ["opt/", "opt/a/", "opt/a/g"], ["opt/", "opt/a/", "opt/a/.wh.f"],
                ["opt/", "opt/a/", "opt/a/f"],
            ])
    }

    @Test("a hundred thousand files become a layer")
    func many() throws {
        let directory = try TemporaryDirectory()
        let script = """
            import os
            for n in range(1000):
                os.mkdir(f"d{n}")
                for m in range(100):
                    open(f"d{n}/{m}", "w").close()
            """
        #expect(try Program.run("python3", ["-c", script], directory: directory.path).status == 0)
        let tar = try Requests.tar(.directory(directory.path, at: "/"))
        #expect(tar.count == 101_000 * 512 + 1024)
    }
}
