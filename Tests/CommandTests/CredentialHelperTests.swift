import Foundation
import TestSupport
import Testing

@Suite("No credential helper runs on after the program ends")
struct CredentialHelperTests {
    private let place: CredentialHome
    private var home: String { place.path }
    private var host: String { place.host }
    private var environment: [String: String] { place.environment }
    private var note: String { home + "/number" }

    init() throws {
        place = try CredentialHome(credential: Data("joe:1234".utf8).base64EncodedString(), answer: "404 Not Found")
    }

    /// Writes a helper and the file that names it. The helper first writes its process number.
    private func write(helper body: String) throws {
        for folder in ["bin", ".docker"] {
            try FileManager.default.createDirectory(atPath: "\(home)/\(folder)", withIntermediateDirectories: true)
        }
        let path = home + "/bin/docker-credential-adv"
        let text = "#!/bin/sh\necho $$ > \(note).new; mv \(note).new \(note)\n\(body)\n"
        // Another program writes the file: a child of this process could inherit the open file.
        try Program.run("dd", ["of=\(path)", "status=none"], input: Array(text.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try Data(#"{"credHelpers":{"\#(host)":"adv"}}"#.utf8).write(
            to: URL(fileURLWithPath: home + "/.docker/config.json"))
    }

    /// The process number of the helper, as soon as it runs.
    private func helper() throws -> Int32 {
        while !FileManager.default.fileExists(atPath: note) { usleep(10_000) }
        let text = try String(contentsOfFile: note, encoding: .utf8)
        return try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// A process that has ended may still wait for its new parent.
    private func isRunning(_ number: Int32) -> Bool {
        let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
        return stat.map { !$0.contains(") Z ") } ?? false
    }

    @Test(
        "A signal ends the command and a helper that hangs", .mustEnd,
        arguments: [SIGINT, SIGTERM, SIGHUP], ["exec sleep 7777", "trap '' INT TERM HUP; while :; do sleep 1; done"])
    func signals(_ signal: Int32, _ body: String) throws {
        try write(helper: body)
        let words = environment.map { "\($0)=\($1)" }
        let child = try Child(
            "/usr/bin/env", words + [Program.ocimerge, "inspect", "docker://\(host)/a/b:1"], directory: home)
        let number = try helper()
        // One of the runs waits for the notice too.
        if signal == SIGTERM { while !child.stderr.contains("\n") { usleep(10_000) } }
        child.send(signal)
        #expect(child.wait() == -signal)
        for _ in 0..<500 where isRunning(number) { usleep(10_000) }
        #expect(!isRunning(number))
        let notice = signal == SIGTERM ? "ocimerge: waiting for docker-credential-adv\n" : ""
        #expect(child.stderr == notice + "ocimerge: interrupted\n")
    }

    /// The process group in the foreground of the terminal of a process.
    private func foreground(of number: Int32) -> Int32? {
        let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
        let fields = stat?.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 5 ? Int32(fields[5]) : nil
    }

    private static let prompting = """
        printf 'PIN: ' > /dev/tty
        read -r pin < /dev/tty
        echo "{\\"Username\\": \\"joe\\", \\"Secret\\": \\"$pin\\"}"
        """

    @Test("A helper can prompt on the terminal", .mustEnd)
    func prompt() throws {
        try write(helper: Self.prompting)
        let session = try TerminalSession(
            Program.ocimerge, ["inspect", "docker://\(host)/a/b:1"], environment: environment)
        session.wait(for: "PIN: ")
        session.type("1234\n")
        #expect(session.end() == 1)
        #expect(session.shown.contains("docker://\(host)/a/b:1: the registry has no such image"), "\(session.shown)")
        #expect(!isRunning(try helper()))
    }

    @Test("Ctrl-C at the prompt of a helper ends both", .mustEnd)
    func controlC() throws {
        try write(helper: Self.prompting)
        let session = try TerminalSession(
            Program.ocimerge, ["inspect", "docker://\(host)/a/b:1"], environment: environment)
        session.wait(for: "PIN: ")
        let number = try helper()
        while foreground(of: number) != number { usleep(10_000) }
        session.type("\u{3}")
        #expect(session.end() == -SIGINT)
        #expect(!isRunning(number))
    }
}
