import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check of images for Windows")
struct WindowsStartTests {
    @Test("programs", arguments: paths + formats + commandLines, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    /// A file on drive C. The layers of Windows itself are present.
    private static func example(
        _ sentence: String, _ path: String, _ content: [UInt8] = program(), run words: String...,
        in directory: String = "",
        with environment: [String] = [], isCommandLine: Bool = false, finds problem: StartProblem? = nil,
        concernsFile: Bool = true
    ) -> StartCase {
        let file = "Files/\(path)"
        let found = problem.map {
            StartCase.Found(problem: $0, file: concernsFile ? file : nil, layer: concernsFile ? 1 : nil)
        }
        let system = LayerEntry.program("Files/Windows/System32/cmd.exe", program())
        var example = StartCase(
            sentence, layers: [[system], [.file(file, content)]], "windows/amd64", found.map { [$0] } ?? [])
        example.config.entrypoint = words
        example.config.workingDirectory = directory
        example.config.environment = environment
        example.config.isCommandLine = isCommandLine
        return example
    }

    /// Subsystem 3 is the console, 2 windows, 1 the kernel.
    private static func program(subsystem: UInt8 = 3, isLibrary: Bool = false) -> [UInt8] {
        var file = ProgramFile.windows(ProgramFile.windowsAMD64)
        let header = 0x80
        file[header + 24 + 68] = subsystem
        if isLibrary { file[header + 23] |= 0x20 }
        return file
    }

    private static let paths = [
        example("a program of drive C", "app/app.exe", run: #"C:\app\app.exe"#),
        example(
            "an absent program", "app/other.exe", run: #"C:\app\app.exe"#, finds: .absent(path: #"C:\app\app.exe"#),
            concernsFile: false),
        example("names are compared without case", "App/APP.exe", run: #"c:\aPP\app.EXE"#),
        example("slashes separate names too", "app/app.exe", run: "C:/app/app.exe"),
        example("a path without a drive", "app/app.exe", run: #"\app\app.exe"#),
        example("a path in the working directory", "app/app.exe", run: #".\app.exe"#, in: #"C:\app"#),
        example(
            "a path that is not in the working directory", "app.exe", run: #".\app.exe"#, in: #"C:\app"#,
            finds: .absent(path: #".\app.exe"#), concernsFile: false),
        example("the extension is added", "app/app.exe", run: #"C:\app\app"#),
        example("the extension is one of PATHEXT", "app/app.exe", run: #"C:\app\app"#, with: ["pathext=.BAT;.EXE"]),
        example(
            "an extension that PATHEXT lacks", "app/app.exe", run: #"C:\app\app"#, with: ["PATHEXT=.BAT"],
            finds: .absent(path: #"C:\app\app"#), concernsFile: false),
        example("a program of Windows", "app/app.exe", run: "cmd"),
        example("a program in Path", "app/app.exe", run: "app", with: [#"Path=C:\Windows;C:\app"#]),
        example(
            "the name of the variable is compared without case", "app/app.exe", run: "app", with: [#"PATH=C:\app"#]),
        example(
            "a program in no directory of Path", "app/app.exe", run: "app",
            finds: .unchecked(.windowsPath("app")), concernsFile: false),
        example("no command", "app/app.exe", finds: .nothingToRun, concernsFile: false),
    ]

    private static let formats = [
        example("a batch file", "app/app.bat", Array("echo".utf8), run: #"C:\app\app.bat"#),
        example("a batch file with the other extension", "app/app.cmd", Array("echo".utf8), run: #"C:\app\app"#),
        example(
            "a script of PowerShell is no program", "app/app.ps1", Array("echo".utf8), run: #"C:\app\app.ps1"#,
            finds: .unknownFormat),
        example(
            "a text with the extension of a program", "app/app.exe", Array("x".utf8), run: #"C:\app\app.exe"#,
            finds: .unknownFormat),
        example("an empty program", "app/app.exe", [], run: #"C:\app\app.exe"#, finds: .emptyFile),
        example("a program with windows", "app/app.exe", program(subsystem: 2), run: #"C:\app\app.exe"#),
        example("a driver", "app/app.exe", program(subsystem: 1), run: #"C:\app\app.exe"#, finds: .notExecutableFormat),
        example(
            "a library", "app/app.dll", program(isLibrary: true), run: #"C:\app\app.dll"#,
            finds: .notExecutableFormat),
        example(
            "a program of Linux", "app/app.exe", ProgramFile.bare(.amd64), run: #"C:\app\app.exe"#,
            finds: .unknownFormat),
    ]

    private static let commandLines = [
        example("the first word of a command line", "app/app.exe", run: #"C:\app\app.exe -a b"#, isCommandLine: true),
        example("a word in quotes", "My App/app.exe", run: #""C:\My App\app.exe" -a"#, isCommandLine: true),
        example(
            "an absent word in quotes", "app/app.exe", run: #""C:\My App\app.exe" -a"#, isCommandLine: true,
            finds: .absent(path: #"C:\My App\app.exe"#), concernsFile: false),
        example(
            "a path with blanks and without quotes", "My App/app.exe", run: #"C:\My App\app.exe -a"#,
            isCommandLine: true, finds: .unchecked(.commandLine), concernsFile: false),
        example("a name without a path", "app/app.exe", run: "cmd /S /C app", isCommandLine: true),
        example(
            "a word with a blank is one name if there is no command line", "app/app.exe", run: "cmd S",
            finds: .unchecked(.windowsPath("cmd S")), concernsFile: false),
        example(
            "the working directory is searched first", "app/app.exe", run: "app", in: "C:\\app"),
        example("`..` in a path", "app/app.exe", run: "C:\\lib\\..\\app\\app.exe"),
        example(
            "a program on another drive", "app/app.exe", run: "D:\\app\\app.exe",
            finds: .unchecked(.drive("D:\\app\\app.exe")), concernsFile: false),
    ]

    @Test("without the layers of Windows the start is not checked", arguments: Listing.allCases)
    func withoutBase(_ listing: Listing) throws {
        let example = StartCase(
            "", [.file("Files/app.exe", Self.program())], run: [#"C:\gone.exe"#], on: "windows/amd64")
        let report = try example.report(listing)
        #expect(report.findings.map(\.problem) == [.unchecked(.windowsBase)])
        #expect(!report.isChecked)
    }

    @Test("verification notes that layers of Windows are absent, and of Linux only that they are")
    func absentLayer() throws {
        for (platform, expected) in [("windows/amd64", [StartProblem.unchecked(.windowsBase)]), ("linux/amd64", [])] {
            let image = SampleImage(platform, content: [VerificationTests.tar("a")])
            var graph = VerificationTests.graph(image)
            graph.blobs[image.layers[0].descriptor.digest] = nil
            let problems = try Verification.run(AuditSubject(graph: graph), threads: 1).findings.compactMap { finding in
                if case .start(let start) = finding.problem { start.problem } else { nil }
            }
            #expect(problems == expected)
        }
    }
}
