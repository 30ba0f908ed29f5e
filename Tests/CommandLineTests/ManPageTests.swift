import Testing

@testable import ocimerge

@Suite struct ManPageTests {
    let lines = ManPage.roff(version: "1.0-\"é'.\\").split(separator: "\n").map(String.init)

    @Test func opensWithTitleAndName() {
        #expect(
            lines.prefix(5) == [
                #".TH OCIMERGE 1 "" "ocimerge 1.0\-\(dq\[u00E9]\(aq.\e" "User Commands""#, ".nh", ".ad l",
                #".SH "NAME""#,
                #"ocimerge \- join container images in files into multi\-architecture images"#,
            ])
    }

    @Test func hasEverySectionInOrder() {
        #expect(
            lines.filter { $0.hasPrefix(".SH") } == [
                #".SH "NAME""#, #".SH "SYNOPSIS""#, #".SH "DESCRIPTION""#, #".SH "COMMANDS""#, #".SH "SOURCES""#,
                #".SH "DESTINATIONS""#, #".SH "EXIT STATUS""#, #".SH "EXAMPLES""#, #".SH "SEE ALSO""#,
            ])
    }

    @Test(arguments: CommandTable.all)
    func namesEveryCommandAndFlag(_ command: Command) {
        #expect(lines.contains(".SS \"ocimerge \(command.name)\""))
        for flag in command.flags {
            let roff = flag.long.split(separator: "-").joined(separator: #"\-"#)
            #expect(lines.contains { $0.contains(#"\fB\-\-\#(roff)\fR"#) })
        }
    }

    @Test(arguments: [
        #"\fB\-o\fR, \fB\-\-output\fR \fIDEST\fR"#, #"\fB\-\-config\fR[=\fIPLATFORM\fR]"#,
        #"\fBdocker save app | ocimerge \- \-o app/\fR"#,
        #"\fBocimerge completion fish > \(ti/.config/fish/completions/ocimerge.fish\fR"#,
    ])
    func labels(_ line: String) {
        #expect(lines.contains(line))
    }

    @Test func noTextBecomesARequest() {
        let requests: Set = [".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".nh", ".ad", ".BR"]
        for line in lines where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(requests.contains(String(line.prefix { $0 != " " })))
        }
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
    }
}
