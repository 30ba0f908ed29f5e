import Foundation
import TestSupport
import Testing

@testable import ByteIO

/// Child processes get their input, have their output read, and are ended when they misbehave.
struct ChildProcessTests {
    private func script(_ text: String, in directory: borrowing TemporaryDirectory) throws -> String {
        let path = try directory.write(Array("#!/bin/sh\n\(text)\n".utf8), to: "program")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    @Test func aChildGetsItsInputAndArgumentsAndItsOutputIsRead() throws {
        let directory = try TemporaryDirectory()
        let path = try script(#"cat; printf '%s|' "$@"; echo oops >&2; exit 3"#, in: directory)
        let run = try ChildProcess.run(path, ["a b", "$(id)", ""], input: Array("in\n".utf8))
        #expect(run.status == 3)
        #expect(String(decoding: run.output, as: UTF8.self) == "in\na b|$(id)||")
        #expect(String(decoding: run.errors, as: UTF8.self) == "oops\n")
    }

    @Test func moreThanAPipeHoldsIsWrittenAndRead() throws {
        let input = (0..<700_000).map { UInt8(truncatingIfNeeded: $0) }
        let run = try ChildProcess.run("/bin/cat", [], input: input)
        #expect(run.output == input)
    }

    @Test func aChildThatReadsNothingIsNoError() throws {
        let run = try ChildProcess.run("/bin/true", [], input: [UInt8](repeating: 1, count: 1 << 20))
        #expect(run.status == 0)
    }

    @Test func aChildThatWritesTooMuchIsEnded() throws {
        let directory = try TemporaryDirectory()
        for redirection in ["", ">&2"] {
            let path = try script("exec yes \(redirection)", in: directory)
            #expect(throws: IOFailure(.run, path, .tooLarge(limit: 1000))) {
                try ChildProcess.run(path, [], input: [], limit: 1000)
            }
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func aChildThatHangsIsEnded() throws {
        let directory = try TemporaryDirectory()
        let note = directory.path("number")
        // The script ignores SIGTERM.
        let path = try script("trap '' TERM; echo $$ > \(note); while :; do read -r x; done", in: directory)
        #expect(throws: IOFailure(.run, path, .overdue(seconds: 1))) {
            try ChildProcess.run(path, [], input: [], patience: ChildPatience(silence: .seconds(1)))
        }
        #expect(kill(try number(note), 0) != 0)
    }

    private func number(_ note: String) throws -> Int32 {
        let text = try String(contentsOfFile: note, encoding: .utf8)
        return try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test func programsThatAChildHasStartedEndWithIt() throws {
        let directory = try TemporaryDirectory()
        let note = directory.path("number")
        // The shell ends when it is asked to stop; the program in its background does not.
        let path = try script("(trap '' TERM; while :; do sleep 1; done) & echo $! > \(note); wait", in: directory)
        #expect(throws: IOFailure(.run, path, .overdue(seconds: 1))) {
            try ChildProcess.run(path, [], input: [], patience: ChildPatience(silence: .seconds(1)))
        }
        let status = "/proc/\(try number(note))/stat"
        // The kernel ends a killed process a moment later, and it may then wait for its new parent.
        var isAlive = true
        for _ in 0..<200 where isAlive {
            let stat = try? String(contentsOfFile: status, encoding: .utf8)
            isAlive = stat?.contains(") Z ") == false
            if isAlive { usleep(25_000) }
        }
        #expect(!isAlive)
    }

    @Test func outputProlongsTheTimeUpToTheTotal() throws {
        let directory = try TemporaryDirectory()
        let slow = try script("for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done", in: directory)
        let run = try ChildProcess.run(slow, [], input: [], patience: ChildPatience(silence: .seconds(2)))
        #expect(run.output.count == 12)
        try FileManager.default.removeItem(atPath: slow)
        let endless = try script("while :; do echo x; sleep 0.1; done", in: directory)
        #expect(throws: IOFailure(.run, endless, .overdue(seconds: 2))) {
            try ChildProcess.run(
                endless, [], input: [], patience: ChildPatience(silence: .seconds(60), total: .seconds(2)))
        }
    }

    @Test func aNoticeIsGivenOnceAndOnlyIfTheChildTakesLong() throws {
        var notices = 0
        let patience = ChildPatience(notice: .milliseconds(100))
        _ = try ChildProcess.run("/bin/sleep", ["1"], input: [], patience: patience) { notices += 1 }
        #expect(notices == 1)
        _ = try ChildProcess.run("/bin/true", [], input: []) { notices += 1 }
        #expect(notices == 1)
    }

    @Test func aGrandchildThatKeepsThePipesIsNotWaitedFor() throws {
        let directory = try TemporaryDirectory()
        let note = directory.path("number")
        let path = try script("sleep 600 & echo $! > \(note); echo done", in: directory)
        let run = try ChildProcess.run(path, [], input: [])
        #expect(String(decoding: run.output, as: UTF8.self) == "done\n")
        let number = try #require(
            Int32(try String(contentsOfFile: note, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(number, SIGKILL) == 0)
    }

    @Test func aSignalShowsInTheStatus() throws {
        let directory = try TemporaryDirectory()
        #expect(try ChildProcess.run(script("kill -9 $$", in: directory), [], input: []).status == 128 + 9)
    }

    @Test func noDescriptorOrSignalMaskIsInherited() throws {
        // A descriptor without close-on-exec.
        let stray = dup(0)
        defer { close(stray) }
        let open = String(decoding: try ChildProcess.run("/bin/ls", ["/proc/self/fd"], input: []).output, as: UTF8.self)
        // Descriptor 3 is the child's own.
        #expect(open.split(separator: "\n") == ["0", "1", "2", "3"])
        let status = try ChildProcess.run("/bin/cat", ["/proc/self/status"], input: []).output
        #expect(String(decoding: status, as: UTF8.self).contains("SigBlk:\t0000000000000000"))
    }

    @Test func anAbsentProgramIsAnError() throws {
        #expect { try ChildProcess.run("/nowhere/program", [], input: []) } throws: {
            ($0 as? IOFailure)?.isAbsence == true
        }
    }

    @Test func relativeFoldersInThePathAreSkipped() throws {
        let directory = try TemporaryDirectory()
        let path = try script("", in: directory)
        try directory.write([], to: "plain")
        #expect(ExecutableSearch.path(of: "program", in: "/nowhere:\(directory.path)") == path)
        #expect(ExecutableSearch.path(of: "plain", in: directory.path) == nil)
        #expect(ExecutableSearch.path(of: "program", in: ".::relative") == nil)
        #expect(ExecutableSearch.path(of: "program", in: nil) == nil)
    }
}
