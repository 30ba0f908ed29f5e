import Testing

@testable import ocimerge

@Suite struct ManPageTests {
    static let release = Release(version: "1.0-\"é'.\\", date: "2026-11-30")
    static let pages = ManPage.all(release)

    let whole = lines(of: ManPage.whole(release))

    static func lines(of page: ManPage) -> [String] { page.roff.split(separator: "\n").map(String.init) }

    static func headings(of page: ManPage) -> [String] {
        lines(of: page).filter { $0.hasPrefix(".SH") }.map { String($0.dropFirst(5).dropLast()) }
    }

    @Test func opensWithTitleDateAndName() {
        #expect(
            whole.prefix(6) == [
                #".TH "OCIMERGE" 1 "2026-11-30" "ocimerge 1.0\-\(dq\[u00E9]\(aq.\e" "User Commands""#, ".nh", ".ad l",
                #".SH "NAME""#,
                #"ocimerge \- join container images in files into"#,
                #"multi\-architecture images"#,
            ])
    }

    @Test func thePageOfTheProgramHasEverySectionInOrder() {
        #expect(
            Self.headings(of: ManPage.whole(Self.release)) == [
                "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "SOURCES", "DESTINATIONS", "FILES", "ENVIRONMENT",
                "EXIT STATUS", "EXAMPLES", "SEE ALSO",
            ])
    }

    @Test(arguments: CommandTable.all)
    func thePageOfACommandHasEverySectionInOrder(_ command: Command) {
        let page = ManPage.page(.command(command), Self.release)
        #expect(page.path == "man1/ocimerge-\(command.name).1")
        #expect(
            Self.headings(of: page) == [
                "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "FILES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES",
                "SEE ALSO",
            ])
    }

    @Test(arguments: HelpTopic.all)
    func thePageOfATopicIsInSection7(_ topic: HelpTopic) {
        let page = ManPage.page(.topic(topic), Self.release)
        #expect(page.path == "man7/ocimerge-\(topic.name).7")
        #expect(Self.headings(of: page) == ["NAME", "DESCRIPTION", "SEE ALSO"])
    }

    @Test(arguments: CommandTable.all)
    func namesEveryCommandAndFlag(_ command: Command) {
        let own = Self.lines(of: ManPage.page(.command(command), Self.release))
        #expect(whole.contains(".SS \"ocimerge \(command.name)\""))
        for flag in command.flags {
            let roff = flag.long.split(separator: "-").joined(separator: #"\-"#)
            #expect(whole.contains { $0.contains(#"\fB\-\-\#(roff)\fR"#) })
            #expect(own.contains { $0.contains(#"\fB\-\-\#(roff)\fR"#) })
        }
    }

    @Test(arguments: [
        #"\fB\-o\fR, \fB\-\-output\fR \fIDEST\fR"#, #"\fB\-\-config\fR[=\fIPLATFORM\fR]"#,
        #"\fBdocker save app | ocimerge \- \-o app/\fR"#,
        #"\fBocimerge completion fish > \(ti/.config/fish/completions/ocimerge.fish\fR"#,
    ])
    func labels(_ line: String) {
        #expect(whole.contains(line))
    }

    @Test(arguments: pages.map(\.path))
    func noTextBecomesARequest(_ path: String) throws {
        let lines = Self.lines(of: try #require(Self.pages.first { $0.path == path }))
        let requests: Set = [".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".nh", ".ad"]
        for line in lines where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(requests.contains(String(line.prefix { $0 != " " })))
        }
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
    }

    @Test("a sentence begins a line, and a line inside a sentence does not look like its end")
    func filled() {
        #expect(Roff.filled("One (default: 1). Two... three.") == ["One (default: 1).", "Two... three."])
        let words = Array(repeating: "word", count: 11).joined(separator: " ")
        #expect(Roff.filled("\(words) a... and more.") == ["\(words) a...\\&", "and more."])
    }

    @Test("a command lists only the files and variables that it uses")
    func settings() {
        func page(_ command: Command) -> String { ManPage.page(.command(command), Self.release).roff }
        #expect(page(PushRow.command).contains("ocimerge/uploads"))
        #expect(page(InspectRow.command).contains("REGISTRY_AUTH_FILE"))
        #expect(!page(InspectRow.command).contains("ocimerge/uploads"))
        #expect(!page(LayoutRows.tag).contains("REGISTRY_AUTH_FILE"))
        #expect(page(ListRow.command).contains("NO_COLOR"))
    }
}
