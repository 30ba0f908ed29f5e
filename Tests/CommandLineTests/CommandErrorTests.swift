import ByteIO
import Foundation
import ImageModel
import ImagePlanning
import ImageSinks
import ImageSources
import TestSupport
import Testing

@testable import ocimerge

@Suite struct CommandErrorTests {
    @Test("An error of a command keeps the sentence and the exit status of its cause")
    func cause() {
        let usage = CommandError(UsageError.recompressAlone).cause
        #expect(usage.sentence == "--recompress requires --compress" && usage.isUsage)
        let failure = CommandError(SourceError.noImage(path: "a.tar")).cause
        #expect(failure.sentence == "a.tar holds no image" && !failure.isUsage)
    }

    @Test("An error that is one of several has the sentence and the exit status of the one")
    func union() {
        let conflict = MergeConflict.nothingToMerge(source: "a.tar")
        let plan = CommandError(PlanError.conflict(conflict)).cause
        #expect(plan.sentence == conflict.sentence && !plan.isUsage)
        let sink = CommandError(SinkError.destination(.plan(.conflict(conflict)))).cause
        #expect(sink.sentence == conflict.sentence && !sink.isUsage)
        #expect(CommandError(SinkError.destination(.empty)).cause.isUsage)
    }

    @Test("An error that carries another one has its sentence")
    func carried() {
        let failure = IOFailure(.open, "x", .system(IOFailure.noSuchFile))
        #expect(SpecError(file: "x", line: nil, .unreadable(failure)).sentence == failure.sentence)
        #expect(LayoutError.source(.io(failure)).sentence == failure.sentence)
        let archive = TarError.truncated(path: "a.tar", member: "m")
        #expect(TarEditError.tar(archive).sentence == archive.sentence)
        let edit = JSONEditError.noSuchPlace([.key("k")])
        #expect(SourceError.edit(edit).sentence == "a document lacks the member to change")
    }

    /// The message of an `IOFailure` expects no other type: the compiler cannot check an error of a later target.
    @Test("Registry errors are the only errors that an IOFailure carries")
    func carriedTypes() throws {
        let sources = URL(fileURLWithPath: Program.repository).appendingPathComponent("Sources")
        let paths = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var conformances: [String] = []
        for case let path as URL in paths where path.pathExtension == "swift" {
            let code = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.hasPrefix("//") }
            conformances += code.filter { line in
                line.contains("CarriableError") && !line.contains("any CarriableError")
                    && !line.contains("protocol CarriableError") && !line.contains("<Failure: CarriableError>")
            }
        }
        #expect(conformances == ["extension RegistryError: CarriableError {"])
    }

    @Test("A stage of a command throws the error that it maps")
    func stage() throws {
        let failure = IOFailure(.read, "x", .truncated)
        do throws(CommandError) {
            try CommandError.checked { () throws(IOFailure) in throw failure }
        } catch { #expect(error.cause as? IOFailure == failure) }
    }
}
