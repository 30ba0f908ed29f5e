import Foundation
import TestSupport
import Testing

@Suite("The binary checks images with misleading files")
struct EvidenceCaseRuns {
    /// Each case with one of the packings in turn. EvidenceCaseTests covers all packings.
    @Test(
        "correct images pass without a message, and wrong ones are refused and corrected",
        arguments: EvidenceCase.all.indices)
    func run(_ number: Int) throws {
        let one = EvidenceCase.all[number]
        let packing = LayerPacking.allCases[number % LayerPacking.allCases.count]
        let directory = try TemporaryDirectory()
        let isDocker = packing == .plain && number % 2 == 0
        let archive = try isDocker ? one.image.dockerArchive() : one.image.archive(packing)
        let source = try directory.write(archive, to: "made.tar")
        let run = try ocimerge(source, "-o", directory.path("out"))
        switch one.truth {
        case .right, .open:
            expectDone(run)
            #expect(try platforms(directory.path("out")) == platforms(source))
        case .wrong(let platform, let witnesses):
            try expectRefused(run, source, one, witnesses)
            #expect(try Tree.names(in: directory.path) == ["made.tar"])
            let suggested = try SuggestedCommand.typed(from: run, in: directory.path)
            #expect(suggested.status == 0, "\(suggested.stderr)")
            #expect(try platforms(directory.path("out")) == platform + "\n")
            try soundLayout(directory.path("out"))
            let trusting = try ocimerge(source, "--trust", "-o", directory.path("trusted"))
            expectDone(trusting)
            #expect(try platforms(directory.path("trusted")) == platforms(source))
        }
    }

    private func platforms(_ source: String) throws -> String {
        try ocimerge("inspect", "--platforms", source).stdout
    }

    /// Expects one error: the source, its stated platform, the file, the file's machine and the command that corrects
    /// it.
    private func expectRefused(_ run: Run, _ source: String, _ one: EvidenceCase, _ witnesses: [String]) throws {
        expectOneSentence(run, "\(one)")
        let claim = "ocimerge: \(source) says \(one.image.platform), but "
        #expect(run.stderr.hasPrefix(claim))
        let rest = run.stderr.dropFirst(claim.count)
        let shown = witnesses.map { $0.replacingOccurrences(of: "\u{1b}", with: #"\u{1b}"#) + ", " }
        #expect(shown.contains { rest.hasPrefix($0) }, "\(run.stderr)")
        guard case .wrong(let platform, _) = one.truth else { return }
        let machine = platform.hasPrefix("linux/") ? String(platform.dropFirst(6)) : platform
        #expect(rest.contains(" is \(machine) (layer sha256:"), "\(run.stderr)")
    }
}

/// The command that an error suggests.
enum SuggestedCommand {
    static func command(in run: Run) throws -> String {
        let start = try #require(run.stderr.range(of: "; correct it: "))
        let end = try #require(run.stderr.range(of: " (or keep it with --trust)"))
        return String(run.stderr[start.upperBound..<end.lowerBound])
    }

    /// Runs the command in a shell that finds the binary in PATH.
    static func typed(from run: Run, in directory: String) throws -> Run {
        let path = "\(directory)/.path"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try? FileManager.default.createSymbolicLink(atPath: "\(path)/ocimerge", withDestinationPath: Program.ocimerge)
        let environment = ["PATH": "\(path):/usr/bin:/bin"]
        return try Program.run(
            "bash", ["-c", try command(in: run)], environment: environment, directory: fixtures)
    }
}
