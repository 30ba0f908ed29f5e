import Foundation
import TestSupport
import Testing

/// One system call fails, at every place where it can. Exit 0 means that the result is there. Exit 1 means that nothing has
/// changed, unless the error says that the result is complete.
@Suite("Exit codes and errors agree with the destination")
struct VisibleResultTests {
    struct Command: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A command line that makes what stands there before; empty if nothing does.
        var before: [String] = []
        let arguments: [String]
        /// The content of a file `in`, which the command lines read.
        var input: [UInt8] = []
    }

    private static let amd64 = Program.fixture("docker20/hello-amd64.tar")
    private static let s390x = Program.fixture("docker20/hello-s390x.tar")
    private static let old = [amd64, "-q", "-t", "demo/old:1", "-o", "out"]

    static let commands = [
        Command(testDescription: "a new layout", arguments: [s390x, "--sync", "-o", "out"]),
        Command(testDescription: "a new archive", arguments: [s390x, "--sync", "-o", "out.tar"]),
        Command(testDescription: "a compressed archive", arguments: [s390x, "--sync", "-o", "out.tar.zst"]),
        Command(
            testDescription: "volumes", arguments: ["in", "--trust", "--split", "1MB", "-o", "out.tar"],
            input: CompleteResultTests.large),
        Command(testDescription: "a skopeo directory", arguments: [s390x, "--sync", "-o", "dir:out"]),
        Command(
            testDescription: "an update", before: old, arguments: [s390x, "-t", "demo/new:1", "--update", "-o", "out"]),
        Command(testDescription: "an update of nothing", arguments: [s390x, "--update", "-o", "out"]),
        Command(testDescription: "a replaced layout", before: old, arguments: [s390x, "--force", "-o", "out"]),
        Command(
            testDescription: "a replaced archive", before: [amd64, "-q", "-o", "out.tar"],
            arguments: [s390x, "--force", "-o", "out.tar"]),
        Command(
            testDescription: "replaced volumes",
            before: ["in", "--trust", "-q", "-t", "demo/old:1", "--split", "1MB", "-o", "out.tar"],
            arguments: ["in", "--trust", "--split", "1MB", "--force", "-o", "out.tar"],
            input: CompleteResultTests.large),
        Command(
            testDescription: "an archive fixed in place", before: [amd64, "-q", "-o", "out.tar"],
            arguments: ["fix", "out.tar", "--platform", "linux/riscv64", "--trust", "-i"]),
        Command(
            testDescription: "a layout fixed in place", before: old,
            arguments: ["fix", "out", "--platform", "linux/riscv64", "--trust", "-i"]),
        Command(
            testDescription: "an archive fixed to another",
            arguments: ["fix", s390x, "--platform", "linux/riscv64", "--trust", "--sync", "-o", "out.tar"]),
        Command(
            testDescription: "a replaced skopeo directory", before: [amd64, "-q", "-o", "dir:out"],
            arguments: [s390x, "--force", "-o", "dir:out"]),
        Command(
            testDescription: "an added layer",
            arguments: ["edit", amd64, "--add-layer", Program.fixture("specs") + "=/srv", "--sync", "-o", "out"]),
        Command(
            testDescription: "an archive with a receipt",
            arguments: ["pack", s390x, "-q", "--sync", "-o", "out.tar", "--receipt", "receipt.json"]),
        Command(testDescription: "a new tag", before: old, arguments: ["tag", "out", "demo/second:1"]),
        Command(testDescription: "a removed name", before: old, arguments: ["rm", "out:demo/old:1"]),
        Command(testDescription: "a removed image", before: old, arguments: ["rm", "--gc", "out:demo/old:1"]),
    ]

    /// The tree without the hidden directories of failed runs, and without the content of a receipt, which states a time.
    private static func visible(_ directory: String) throws -> [String: [UInt8]] {
        var tree = try Tree.read(directory).filter { !$0.key.contains(".ocimerge-") }
        if tree["receipt.json"] != nil { tree["receipt.json"] = [] }
        return tree
    }

    private static func hidden(_ directory: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter {
            $0.split(separator: "/").last?.contains(".ocimerge-") ?? false
        }
    }

    private static func prepared(_ command: Command) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        if !command.input.isEmpty { try directory.write(command.input, to: "in") }
        if command.before.isEmpty { return directory }
        #expect(try Program.ocimerge(command.before, directory: directory.path).status == 0)
        return directory
    }

    @Test(
        "a failing call never makes a visible result a failure, or a failure a success", arguments: commands,
        [Fault.Call.sync, .rename, .unlink, .mkdir, .close, .stat])
    func everyFailure(_ command: Command, _ call: Fault.Call) throws {
        let reference = try Self.prepared(command)
        let before = try Self.visible(reference.path)
        let usual = try Program.ocimerge(command.arguments, directory: reference.path)
        // A `dir:` keeps no names.
        expectDone(usual, stderr: command.arguments.contains("dir:out") ? usual.stderr : "")
        let after = try Self.visible(reference.path)
        var number = 1
        while true {
            let directory = try Self.prepared(command)
            guard let run = try Fault(call, number, EIO).run(command.arguments, directory: directory.path) else {
                break
            }
            let comment: Comment = "\(call) \(number): exit \(run.status), \(run.stderr)"
            let found = try Self.visible(directory.path)
            let left = try Self.hidden(directory.path)
            let isSaid = ["the result is complete", "the result is in its place", "the names are removed"].contains {
                run.stderr.contains($0)
            }
            if run.status == 0 {
                // `rm` warns if it cannot compute how much `gc` would free.
                #expect(run.stdout == usual.stdout || run.stderr.contains("warning: cannot compute"), comment)
                // Nothing needs what a warning names.
                if !run.stderr.contains("warning: cannot remove") { #expect(found == after && left == [], comment) }
                #expect(after.allSatisfy { found[$0] == $1 }, comment)
            } else {
                #expect(run.status == 1, comment)
                #expect(run.stderr.contains("Input/output error"), comment)
                #expect(run.stdout == "" || run.stderr.contains("standard output"), comment)
                #expect(found == before || isSaid, comment)
                #expect(found != after || before == after || isSaid, comment)
            }
            number += 1
        }
    }
}

/// What is said about a result that is there, though a later step has failed.
@Suite("A complete result and its leftovers")
struct CompleteResultTests {
    /// An image of three volumes.
    static let large: [UInt8] = {
        var bytes = [UInt8](repeating: 0, count: 2_500_000)
        for place in bytes.indices { bytes[place] = UInt8(truncatingIfNeeded: place &* 2_654_435_761 >> 13) }
        return SavedImage(["demo/large:1"], layers: [TarBuilder.archive([("file", bytes)])]).archive
    }()

    private static let amd64 = Program.fixture("docker20/hello-amd64.tar")
    private static let s390x = Program.fixture("docker20/hello-s390x.tar")

    @Test("a report that cannot be printed does not make the result a failure", arguments: ["> /dev/full", ">&-"])
    func unprintedReport(_ redirect: String) throws {
        let directory = try TemporaryDirectory()
        let cause = redirect == ">&-" ? "Bad file descriptor" : "No space left on device"
        func expectComplete(_ arguments: String) throws {
            let run = try Program.run(
                "sh", ["-c", "\(Program.ocimerge) \(arguments) \(redirect)"], directory: directory.path)
            expectFailure(
                run, "the result is complete, but its report is missing: cannot write standard output: \(cause)")
        }
        try expectComplete("\(Self.amd64) -t demo/a:1 -o out")
        try soundLayout(directory.path("out"))
        try expectComplete("tag out demo/b:1")
        try expectComplete("fix out --platform linux/riscv64 --trust -i")
        try expectComplete("rm --gc out:demo/a:1")
        try expectComplete("gc out")
        #expect(try Program.ocimerge(["ls", "-q", "out"], directory: directory.path).stdout == "docker.io/demo/b:1\n")
        let dry = try Program.run(
            "sh", ["-c", "\(Program.ocimerge) gc --dry-run out \(redirect)"], directory: directory.path)
        expectFailure(dry, "cannot write standard output: \(cause)")
    }

    @Test("a flush that fails after the rename says that the result is in its place")
    func unflushed() throws {
        var said: Set<String> = []
        for number in 1...40 {
            let directory = try TemporaryDirectory()
            guard
                let run = try Fault(.sync, number, EIO).run(
                    [Self.amd64, "-q", "--sync", "-o", "out.tar"], directory: directory.path)
            else { break }
            if try Tree.names(in: directory.path) == ["out.tar"] { said.insert(run.stderr) }
            #expect(run.status == 1)
        }
        #expect(
            said == [
                "ocimerge: the result is in its place, but a power cut may still lose it: "
                    + "cannot flush .: Input/output error\n"
            ])
    }

    @Test("an old layout that cannot be deleted is named in a warning")
    func oldLayout() throws {
        var warnings = 0
        for number in 1...60 {
            let directory = try TemporaryDirectory()
            try expectDone(Program.ocimerge([Self.amd64, "-q", "-o", "out"], directory: directory.path))
            let arguments = [Self.s390x, "-q", "--force", "-o", "out"]
            guard
                let run = try Fault(.unlink, number, EACCES, lasts: true).run(arguments, directory: directory.path)
            else { break }
            #expect(run.status == 0)
            let hidden = try Tree.names(in: directory.path).filter { $0 != "out" }
            guard let name = hidden.first else { continue }
            warnings += 1
            #expect(run.stderr.hasPrefix("ocimerge: warning: cannot remove "), "\(run.stderr)")
            #expect(run.stderr.contains("/\(name): Permission denied; the result is complete\n"))
            #expect(try Program.ocimerge(arguments, directory: directory.path).status == 0)
            #expect(try Tree.names(in: directory.path) == ["out"])
        }
        #expect(warnings > 0)
    }

    @Test("rm --gc that cannot remove a blob says that the names are removed")
    func partialRemoval() throws {
        var said = 0
        for number in 1...40 {
            let directory = try TemporaryDirectory()
            try expectDone(
                Program.ocimerge([Self.amd64, "-q", "-t", "demo/a:1", "-o", "out"], directory: directory.path))
            let arguments = ["rm", "--gc", "out:demo/a:1"]
            guard let run = try Fault(.unlink, number, EACCES).run(arguments, directory: directory.path) else { break }
            if run.status == 0 { continue }
            said += 1
            #expect(
                run.stderr.hasPrefix("ocimerge: the names are removed, but unneeded blobs are left: cannot remove /"))
            #expect(run.stderr.hasSuffix("Permission denied; remove them with ocimerge gc out\n"), "\(run.stderr)")
            #expect(try Program.ocimerge(["ls", "out"], directory: directory.path).stdout == "")
            try expectDone(Program.ocimerge(["gc", "-q", "out"], directory: directory.path))
            #expect(try Tree.names(in: directory.path("out/blobs/sha256")) == [])
        }
        #expect(said > 0)
    }

    @Test(
        "--force that another program outruns says so and does not advise --force",
        arguments: ["out.tar", "out.tar.gz", "out", "dir:out"])
    func outrun(_ destination: String) throws {
        let directory = try TemporaryDirectory()
        let path = destination.hasPrefix("dir:") ? String(destination.dropFirst(4)) : destination
        let run = try Fault(.rename, 1, EIO).run(
            [Self.amd64, "--force", "-o", destination], directory: directory.path, race: directory.path(path + "/x"))
        let sentence = "\(path) was changed by another program at the same time; nothing was written"
        #expect(run?.status == 1)
        #expect(run?.stderr.hasSuffix("ocimerge: \(sentence)\n") == true, "\(run?.stderr ?? "")")
        #expect(try Tree.names(in: directory.path) == [path])
    }

    @Test("a failure to write names the destination as typed", arguments: ["link", "dir:link"])
    func typedName(_ destination: String) throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path("target"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: directory.path("link"), withDestinationPath: "target")
        let run = try Fault(.mkdir, 1, EACCES).run(
            [Self.amd64, "--force", "-o", destination], directory: directory.path)
        expectFailure(try #require(run), "cannot write link: Permission denied")
    }

    static let destinations = ["out", "out.tar", "dir:out", "out.tar split"]

    @Test("the next run removes the leftovers of a killed run", arguments: destinations, ["", "--update", "--force"])
    func leftovers(_ destination: String, _ option: String) throws {
        if option == "--update", destination != "out" { return }
        let directory = try TemporaryDirectory()
        let words = destination.split(separator: " ")
        try directory.write(Self.large, to: "in")
        var arguments = ["in", "--trust", "-q", "-t", "demo/a:1", "-o", String(words[0])]
        if words.count > 1 { arguments += ["--split", "1MB"] }
        #expect(try Program.ocimerge(arguments, directory: directory.path).status == 0)
        let names = try Tree.names(in: directory.path)
        let stem = words[0].hasPrefix("dir:") ? "out" : words[0]
        try directory.write([1], to: ".\(stem).ocimerge-1abcdef/tree/blobs/sha256/x")
        if option == "" {
            _ = try Program.ocimerge(arguments + ["--dry-run"], directory: directory.path)
            #expect(try Tree.names(in: directory.path) != names, "a dry run changes nothing")
        }
        let run = try Program.ocimerge(arguments + (option == "" ? [] : [option]), directory: directory.path)
        #expect(run.status == (option == "" ? 1 : 0), "\(run.stderr)")
        #expect(try Tree.names(in: directory.path) == names)
    }

    @Test("a command that changes a layout removes the leftovers beside it", arguments: ["tag out b:1", "gc out"])
    func leftoversOfALayout(_ command: String) throws {
        let directory = try TemporaryDirectory()
        try expectDone(Program.ocimerge([Self.amd64, "-q", "-o", "out"], directory: directory.path))
        try directory.write([1], to: ".out.ocimerge-1abcdef/tree/blobs/sha256/x")
        try expectDone(Program.ocimerge(command.split(separator: " ").map(String.init), directory: directory.path))
        #expect(try Tree.names(in: directory.path) == ["out"])
    }

    @Test("after a kill at any rename of new volumes the same command completes the set")
    func killedVolumes() throws {
        let usual = try TemporaryDirectory()
        try usual.write(Self.large, to: "in")
        let arguments = ["pack", "in", "--trust", "-q", "--split", "1MB", "-o", "out.tar"]
        try expectDone(Program.ocimerge(arguments, directory: usual.path))
        let expected = try Tree.read(usual.path)
        var kills = 0
        for number in 1...30 {
            let directory = try TemporaryDirectory()
            try directory.write(Self.large, to: "in")
            guard
                let run = try Fault(.rename, number, Fault.kill).run(arguments, directory: directory.path)
            else { break }
            #expect(run.status == -SIGKILL)
            kills += 1
            try expectDone(Program.ocimerge(arguments, directory: directory.path))
            #expect(try Tree.read(directory.path) == expected, "rename \(number)")
        }
        #expect(kills > 3)
    }
}
