import Foundation
import TestSupport
import Testing

@Suite("--verify refuses the same images as verify, and changes no result")
struct VerifiedWriteTests {
    /// Destinations relative to a directory. `-` is standard output.
    static let destinations = [
        "out", "out.tar", "oci-archive:out.tar", "docker-archive:out.tar", "out.tar.gz", "out.tar.zst", "dir:out", "-",
    ]

    private func run(
        _ arguments: [String], in directory: borrowing TemporaryDirectory, input: [UInt8] = []
    ) throws -> Run {
        try Program.ocimerge(arguments, input: input, directory: directory.path)
    }

    /// Expects one error that contains the sentence of the defect, and nothing on standard output.
    private func expectRefusal(
        _ run: Run, _ image: DefectiveImage, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectOneSentence(run, comment, sourceLocation: sourceLocation)
        let error = run.stderr.split(separator: "\n").first { !$0.hasPrefix("ocimerge: warning: ") } ?? ""
        #expect(error.hasPrefix("ocimerge: cannot write "), comment, sourceLocation: sourceLocation)
        #expect(error.contains(image.sentence), "\(comment): \(error)", sourceLocation: sourceLocation)
    }

    @Test(
        "a defect is refused with --verify, and nothing is left; without it the image is copied",
        arguments: DefectiveImage.contents, destinations)
    func content(_ image: DefectiveImage, _ destination: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(image.archive, to: "in.tar")
        for command in [[], ["pack"]] {
            let arguments = command + ["in.tar", "-q", "-o", destination]
            expectRefusal(try run(arguments + ["--verify"], in: directory), image, "\(command)")
            #expect(try Tree.names(in: directory.path) == ["in.tar"])
        }
        let plain = try run(["in.tar", "-q", "-o", destination], in: directory)
        #expect(plain.status == 0, "\(plain.stderr)")
        try #expect(run(["verify", "-q", "in.tar"], in: directory).status == 1)
    }

    @Test("a wrong claim of a document is refused too", arguments: DefectiveImage.claims)
    func claims(_ image: DefectiveImage) throws {
        let directory = try TemporaryDirectory()
        try directory.write(image.archive, to: "in.tar")
        expectRefusal(try run(["in.tar", "-q", "-o", "out", "--verify"], in: directory), image, "")
        #expect(try Tree.names(in: directory.path) == ["in.tar"])
        let plain = try run(["in.tar", "-q", "-o", "out"], in: directory)
        #expect(plain.status == 0, "\(plain.stderr)")
    }

    @Test("a stream and a dry run are verified too", arguments: DefectiveImage.contents)
    func streams(_ image: DefectiveImage) throws {
        let directory = try TemporaryDirectory()
        for destination in ["out", "out.tar", "out.tar.gz", "-"] {
            for dry in [[], ["--dry-run"]] {
                let streamed = try run(
                    ["-", "-q", "-o", destination, "--verify"] + dry, in: directory, input: image.archive)
                expectRefusal(streamed, image, "\(destination) \(dry)")
                try directory.write(image.archive, to: "in.tar")
                expectRefusal(
                    try run(["in.tar", "-q", "-o", destination, "--verify"] + dry, in: directory), image,
                    "\(destination) \(dry)")
                try FileManager.default.removeItem(atPath: directory.path("in.tar"))
                #expect(try Tree.names(in: directory.path) == [])
            }
        }
    }

    @Test(
        "layers that are compressed again are refused with the same sentences", arguments: DefectiveImage.contents,
        ["gzip", "zstd", "none"])
    func recompressed(_ image: DefectiveImage, _ compression: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(image.archive, to: "in.tar")
        let how = ["--compress", compression, "--recompress", "--verify"]
        for dry in [[], ["--dry-run"]] {
            expectRefusal(try run(["in.tar", "-q", "-o", "out"] + how + dry, in: directory), image, "\(dry)")
            #expect(try Tree.names(in: directory.path) == ["in.tar"])
        }
    }

    @Test("existing content of the destination stays", arguments: DefectiveImage.contents)
    func existing(_ image: DefectiveImage) throws {
        let directory = try TemporaryDirectory()
        try directory.write(image.archive, to: "in.tar")
        try directory.write(DefectiveImage.intact.archive, to: "intact.tar")
        for destination in ["layout", "archive.tar"] {
            let old = try run(["intact.tar", "-t", "demo/old:1", "-q", "-o", destination, "--verify"], in: directory)
            #expect(old.status == 0, "\(old.stderr)")
        }
        let before = try Tree.read(directory.path)
        for (option, destination) in [("--update", "layout"), ("--force", "layout"), ("--force", "archive.tar")] {
            expectRefusal(
                try run(["in.tar", "-q", "-o", destination, option, "--verify"], in: directory), image, "\(option)")
            #expect(try Tree.read(directory.path) == before, "\(option) \(destination)")
        }
    }

    @Test("a layer that the destination has is verified all the same", arguments: DefectiveImage.contents)
    func present(_ image: DefectiveImage) throws {
        let directory = try TemporaryDirectory()
        try directory.write(image.archive, to: "in.tar")
        #expect(try run(["in.tar", "-q", "-o", "layout"], in: directory).status == 0)
        let again = ["in.tar", "-q", "-t", "demo/again:1", "--update", "-o", "layout"]
        expectRefusal(try run(again + ["--verify"], in: directory), image, "update")
        #expect(try run(again, in: directory).status == 0)
        let increment = ["pack", "in.tar", "--since", "in.tar", "-q", "-o", "increment.tar"]
        expectRefusal(try run(increment + ["--verify"], in: directory), image, "increment")
        #expect(try run(increment, in: directory).status == 0)
    }

    @Test("every error has a line of its own, with the source")
    func severalErrors() throws {
        let directory = try TemporaryDirectory()
        try directory.write(DefectiveImage.contents[0].archive, to: "one.tar")
        try directory.write(DefectiveImage.contents[2].archive, to: "two.tar")
        let sources = ["one.tar", "two.tar=linux/arm64"]
        let run = try run(sources + ["-t", "demo/app:1", "-q", "-o", "out", "--verify"], in: directory)
        #expect(run.status == 1)
        let lines = run.stderr.split(separator: "\n").filter { !$0.hasPrefix("ocimerge: warning: ") }
        #expect(lines.count == 2, "\(run.stderr)")
        #expect(lines.allSatisfy { $0.hasPrefix("ocimerge: cannot write out: ") })
        #expect(lines.contains { $0.hasSuffix(" (from one.tar)") && $0.contains(DefectiveImage.contents[0].sentence) })
        #expect(lines.contains { $0.hasSuffix(" (from two.tar)") && $0.contains(DefectiveImage.contents[2].sentence) })
        #expect(try Tree.names(in: directory.path) == ["one.tar", "two.tar"])
    }

    @Test("--trust skips the executables only")
    func trust() throws {
        let directory = try TemporaryDirectory()
        let wrong = Program.fixture("docker20/hello-s390x-wrong.tar")
        #expect(try run([wrong, "--trust", "--verify", "-q", "-o", "trusted"], in: directory).status == 0)
        #expect(try run([wrong, "--fix", "--verify", "-q", "-o", "fixed"], in: directory).status == 0)
        #expect(try run([wrong, "--verify", "-q", "-o", "refused"], in: directory).status == 1)
        for image in DefectiveImage.contents {
            try directory.write(image.archive, to: "in.tar")
            expectRefusal(
                try run(["in.tar", "--trust", "--verify", "-q", "-o", "out"], in: directory), image, "--trust")
        }
        #expect(try Tree.names(in: directory.path) == ["fixed", "in.tar", "trusted"])
    }

    static let options: [[String]] = [[], ["--compress", "zstd"], ["--compress", "gzip", "--recompress"]]

    @Test(
        "the result is the same with --verify, and refused exactly if verify refuses it", arguments: Fixture.readable)
    func fixtures(_ fixture: Fixture) throws {
        let directory = try TemporaryDirectory()
        for (number, options) in Self.options.enumerated() {
            for name in ["layout", "archive.tar", "archive.tar.gz"] {
                let (one, two) = ("\(number)-plain-\(name)", "\(number)-verified-\(name)")
                let arguments = [fixture.path, "-q", "--trust"] + options
                let plain = try run(arguments + ["-o", one], in: directory)
                let verified = try run(arguments + ["--verify", "-o", two], in: directory)
                guard plain.status == 0 else {
                    #expect(verified.status == plain.status)
                    continue
                }
                let report = try VerifyTests.report(directory.path(one)).1
                let kinds = Set(report.findings.filter { $0.severity == "error" }.map(\.kind)).subtracting(["evidence"])
                #expect(verified.status == (kinds.isEmpty ? 0 : 1), "\(options) \(name) \(kinds): \(verified.stderr)")
                guard verified.status == 0 else { continue }
                #expect(verified.stdout == plain.stdout)
                try Program.run("diff", ["-r", directory.path(one), directory.path(two)]).expectNoDifference()
            }
        }
    }

    @Test("standard output gets the same bytes with --verify", arguments: Fixture.oneOfEachProducer(Fixture.readable))
    func standardOutput(_ fixture: Fixture) throws {
        let directory = try TemporaryDirectory()
        let plain = try run([fixture.path, "-q", "--trust", "-o", "-"], in: directory)
        let verified = try run([fixture.path, "-q", "--trust", "--verify", "-o", "-"], in: directory)
        if verified.status == 0 {
            #expect(verified.output == plain.output)
        } else {
            #expect(verified.output.isEmpty)
        }
        #expect(try Tree.names(in: directory.path) == [])
    }
}

extension Run {
    fileprivate func expectNoDifference(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == 0, "\(stdout)", sourceLocation: sourceLocation)
    }
}
