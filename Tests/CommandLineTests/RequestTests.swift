import ByteIO
import ImageModel
import ImageSinks
import Testing

@testable import ocimerge

@Suite struct RequestTests {
    @Test func mergeWithDefaults() throws {
        let request = try MergeRequest(ArgumentParser.parse(["a", "-o", "b"]))
        #expect(request.sources == ["a"])
        #expect(request.output == "b")
        #expect(request.tags == [] && request.annotations == [] && request.platforms == [])
        #expect(request.existing == .refuse && request.compression == nil && request.format == nil)
        #expect(!request.run.dryRun && !request.run.quiet && !request.run.json && !request.run.syncs)
        #expect(request.run.jobs.stated == nil)
    }

    @Test func mergeWithAllOptions() throws {
        let request = try MergeRequest(
            ArgumentParser.parse([
                "a", "b=linux/arm", "-o", "c", "-t", "x", "-ty", "--annotation", "k=v", "--annotation=index:k=",
                "--platform", "linux/amd64,arm64", "--platform=s390x", "--format", "docker", "--update", "--trust",
                "--dry-run", "--sync",
                "-j", "64", "-q", "--json",
            ]))
        #expect(request.sources == ["a", "b=linux/arm"])
        #expect(request.tags == ["x", "y"])
        #expect(request.annotations == ["k=v", "index:k="])
        #expect(request.platforms == ["linux/amd64", "arm64", "s390x"])
        #expect(request.existing == .update)
        #expect(request.format == .docker)
        #expect(request.run.dryRun && request.run.quiet && request.run.json && request.run.syncs)
        #expect(request.run.jobs.stated == 64)
    }

    @Test(
        "the progress of a command has the verb of its job",
        arguments: [
            (["merge", "a", "-o", "b"], .merging), (["pack", "a", "-o", "b.tar"], .packing),
            (["copy", "a", "b"], .merging), (["pull", "r.example/a", "b"], .pulling),
        ] as [([String], MergeRequest.Verb)])
    func verb(_ arguments: [String], _ verb: MergeRequest.Verb) throws {
        let parsed = try ArgumentParser.parse(arguments)
        let isCopy = ["copy", "pull"].contains(arguments[0])
        #expect(try (isCopy ? MergeRequest(copying: parsed) : MergeRequest(parsed)).verb == verb)
    }

    @Test func mergeOfASpec() throws {
        let request = try MergeRequest(ArgumentParser.parse(["--spec", "a", "--ignore-missing", "-o", "b"]))
        #expect(request.spec == "a" && request.ignoreMissing && request.sources == [])
        let plain = try MergeRequest(ArgumentParser.parse(["--spec=a", "c", "-o", "b"]))
        #expect(plain.spec == "a" && !plain.ignoreMissing && plain.sources == ["c"])
        #expect(throws: UsageError.dependentOption("--ignore-missing", needs: "--spec FILE")) {
            try MergeRequest(ArgumentParser.parse(["a", "--ignore-missing", "-o", "b"]))
        }
    }

    static let readers: [([String], String)] = [
        (["-"], "-"), (["a", "-:1"], "-:1"), (["-=linux/arm"], "-=linux/arm"), (["oci-archive:-"], "oci-archive:-"),
        (["docker-archive:-:app"], "docker-archive:-:app"), (["oci:-=linux/arm"], "oci:-=linux/arm"),
        (["pack", "a", "--since=oci-archive:-"], "oci-archive:-"), (["pack", "a", "--since", "-"], "-"),
        (["--spec", "-"], "-"),
    ]

    /// Otherwise the archive would be read as the password.
    @Test(arguments: readers)
    func standardInputIsThePasswordOrASource(_ sources: [String], _ other: String) throws {
        let parsed = try ArgumentParser.parse(sources + ["-o", "b", "-u", "u", "--password-stdin"])
        #expect(throws: UsageError.exclusiveOptions("--password-stdin", other)) { try MergeRequest(parsed) }
    }

    @Test func mergeByForce() throws {
        #expect(try MergeRequest(ArgumentParser.parse(["a", "-o", "b", "--force"])).existing == .replace)
    }

    @Test(arguments: ["0", "65", "-1", "+4", "four", "1.5", " 4", "4 ", "99999999999999999999", "0x4"])
    func jobsOutOfRange(_ text: String) {
        #expect(throws: UsageError.invalidJobs(text, allowed: 1...64)) {
            try MergeRequest(ArgumentParser.parse(["a", "-o", "b", "--jobs=\(text)"]))
        }
    }

    static let compressions: [([String], Recipe?, Bool)] = [
        (["--compress", "none"], nil, false), (["--compress=gzip"], .gzip(level: Recipe.defaultGzipLevel), false),
        (["--compress", "gzip:12"], .gzip(level: 12), false),
        (["--recompress", "--compress", "zstd"], .zstd(level: 3), true),
        (["--compress", "zstd:19"], .zstd(level: 19), false),
    ]

    @Test(arguments: compressions.indices)
    func compression(_ number: Int) throws {
        let (arguments, recipe, recompresses) = Self.compressions[number]
        let wish = try MergeRequest(ArgumentParser.parse(["a", "-o", "b"] + arguments)).compression
        #expect(wish?.recipe == recipe && wish?.recompresses == recompresses)
    }

    @Test(arguments: [",", "a,", ",a", "a,,b"])
    func emptyPlatform(_ list: String) {
        #expect(throws: UsageError.emptyPlatform(list: list)) {
            try MergeRequest(ArgumentParser.parse(["a", "-o", "b", "--platform", list]))
        }
    }

    @Test func mergeWithoutDestination() {
        #expect(throws: UsageError.missingOption("-o/--output", value: "DEST", command: "merge")) {
            try MergeRequest(ArgumentParser.parse(["a"]))
        }
    }

    static let forms: [([String], InspectRequest.Form)] = [
        (["x"], .tree), (["x", "--platforms"], .platforms), (["x", "--json"], .json), (["x", "--raw"], .raw),
        (["x", "--config"], .config), (["x", "--config=p"], .config),
        (["--config", "arm64", "x"], .config), (["x", "--files"], .files(nil)), (["x", "--files=p"], .files("p")),
        (["--files", "--json", "x"], .files(nil)),
    ]

    @Test(arguments: forms)
    func inspectForm(_ arguments: [String], _ form: InspectRequest.Form) throws {
        let request = try InspectRequest(ArgumentParser.parse(["inspect"] + arguments))
        #expect(request.sources == ["x"])
        #expect(request.form == form)
    }

    @Test func inspectPlatforms() throws {
        func platforms(_ arguments: String...) throws -> [String] {
            try InspectRequest(ArgumentParser.parse(["inspect", "x"] + arguments)).platforms
        }
        #expect(try platforms("--platform", "a,b", "--platform", "c") == ["a", "b", "c"])
        #expect(try platforms("--config=p") == ["p"])
        #expect(try platforms("--config", "--platform", "p") == ["p"])
        #expect(try platforms() == [])
    }

    @Test func inspectSeveralSources() throws {
        let request = try InspectRequest(ArgumentParser.parse(["inspect", "x", "y", "--json"]))
        #expect(request.sources == ["x", "y"])
    }

    @Test(arguments: ["--raw", "--config"])
    func exactBytesNeedOneSource(_ option: String) {
        #expect(throws: UsageError.severalSources(option: option, count: 3)) {
            try InspectRequest(ArgumentParser.parse(["inspect", "x", "y", "z", option]))
        }
    }

    @Test func fixWithAllOptions() throws {
        let request = try FixRequest(
            ArgumentParser.parse([
                "fix", "a", "--platform", "amd64=arm64,arm/v7=arm/v6", "--platform=s390x=riscv64", "-o", "b", "--force",
                "--dry-run", "--sync", "-j", "3", "-q", "--json",
            ]))
        #expect(
            request.revision.source == "a" && request.revision.output == "b" && request.revision.existing == .replace)
        #expect(
            request.platforms
                == .replacing([
                    .init(old: "amd64", new: "arm64"), .init(old: "arm/v7", new: "arm/v6"),
                    .init(old: "s390x", new: "riscv64"),
                ]))
        #expect(
            request.revision.run.dryRun && request.revision.run.quiet && request.revision.run.json
                && request.revision.run.syncs)
        #expect(request.revision.run.jobs.stated == 3)
    }

    static let platforms: [([String], FixRequest.Platforms)] = [
        (["--platform", "arm64"], .only("arm64")), (["--auto"], .auto),
        (["--platform", "a=b"], .replacing([.init(old: "a", new: "b")])),
    ]

    @Test(arguments: platforms)
    func fixInPlace(_ arguments: [String], _ platforms: FixRequest.Platforms) throws {
        let request = try FixRequest(ArgumentParser.parse(["fix", "a", "-i"] + arguments))
        #expect(request.revision.output == nil)
        #expect(request.platforms == platforms)
    }

    @Test func severalPlatformsMustNameTheImages() {
        #expect(throws: UsageError.severalPlatforms("arm64")) {
            try FixRequest(ArgumentParser.parse(["fix", "a", "-i", "--platform", "a=b", "--platform", "arm64"]))
        }
    }

    @Test(arguments: Shell.allCases)
    func completion(_ shell: Shell) throws {
        #expect(try CompletionRequest(ArgumentParser.parse(["completion", shell.rawValue])).shell == shell)
    }

    @Test func completionForAnUnknownShell() {
        #expect(throws: UsageError.missingPositional("SHELL", command: "completion")) {
            try CompletionRequest(ParsedArguments(command: "completion"))
        }
        #expect(throws: UsageError.unknownChoice("sh", name: "SHELL", choices: ["bash", "zsh", "fish"])) {
            try CompletionRequest(ParsedArguments(command: "completion", positionals: ["sh"]))
        }
    }

    @Test func help() throws {
        #expect(try HelpRequest(ArgumentParser.parse(["--help"])).subject == nil)
        #expect(try HelpRequest(ArgumentParser.parse(["help", "man"])).subject == .command(AboutRows.man))
        #expect(try HelpRequest(ArgumentParser.parse(["help", "evidence"])).subject == .topic(.evidence))
        #expect(throws: UsageError.unknownSubject("inspcet", suggestion: "inspect")) {
            try HelpRequest(ArgumentParser.parse(["help", "inspcet"]))
        }
        #expect(throws: UsageError.unknownSubject("source", suggestion: "sources")) {
            try HelpRequest(ArgumentParser.parse(["help", "source"]))
        }
        #expect(throws: UsageError.unknownSubject("zzz", suggestion: nil)) {
            try HelpRequest(ArgumentParser.parse(["help", "zzz"]))
        }
        let advice = try #require(ForeignVerbs.advice(for: "save"))
        #expect(throws: UsageError.foreignVerb("save", advice: advice)) {
            try HelpRequest(ArgumentParser.parse(["help", "save"]))
        }
    }

    @Test func man() throws {
        func form(_ arguments: String...) throws -> ManRequest.Form {
            try ManRequest(ArgumentParser.parse(["man"] + arguments)).form
        }
        #expect(try form() == .whole)
        #expect(try form("fix") == .page(.command(FixRow.command)))
        #expect(try form("json") == .page(.topic(.json)))
        #expect(try form("--output-dir", "man", "--dry-run") == .files(directory: "man"))
        #expect(throws: UsageError.dependentOption("--dry-run", needs: "--output-dir DIR")) { try form("--dry-run") }
        #expect(throws: UsageError.unexpectedPositional("fix", command: "man --output-dir")) {
            try form("fix", "--output-dir", "man")
        }
    }
}
