internal import ByteIO

/// The arguments of `man`.
struct ManRequest: Sendable, Equatable {
    enum Form: Sendable, Equatable {
        /// ocimerge(1).
        case whole
        case page(HelpSubject)
        /// Every page, as a file in this directory.
        case files(directory: String)
    }

    let form: Form
    let run: RunOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        run = try RunOptions(parsed)
        if let directory = parsed.value("output-dir") {
            if let word = parsed.positionals.first { throw .unexpectedPositional(word, command: "man --output-dir") }
            form = .files(directory: directory)
        } else {
            if parsed.has("dry-run") { throw .dependentOption("--dry-run", needs: "--output-dir DIR") }
            let subject = try parsed.positionals.first.map { (word) throws(UsageError) in try HelpSubject(named: word) }
            form = subject.map(Form.page) ?? .whole
        }
    }
}

/// Prints a manual page, or writes all of them.
enum ManCommand {
    static func run(_ request: ManRequest, _ console: Console) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in
            switch request.form {
            case .whole: try console.print(ManPage.whole(.current).roff)
            case .page(let subject): try console.print(ManPage.page(subject, .current).roff)
            case .files(let directory):
                let pages = ManPage.all(.current)
                if !request.run.dryRun { try write(pages, to: directory) }
                let folder = directory.hasSuffix("/") ? directory : directory + "/"
                try console.print(pages.map { TerminalText.escaped(folder + $0.path) + "\n" }.joined())
            }
            try StandardStreams.finish(.output)
        }
    }

    /// Replaces older pages of the same names. No page appears before all are written.
    private static func write(_ pages: [ManPage], to directory: String) throws(IOFailure) {
        for page in pages { try FileSystem.makeDirectories("\(directory)/\(page.folder)") }
        let staging = try StagingDirectory(in: directory, for: "man", destination: directory)
        defer { staging.discard() }
        for page in pages {
            try StagedFile.write(Array(page.roff.utf8), to: "\(staging.path)/\(page.name)", sync: false)
        }
        try staging.publish { () throws(IOFailure) in
            for page in pages {
                try FileSystem.move("\(staging.path)/\(page.name)", to: "\(directory)/\(page.path)")
            }
        }
    }
}
