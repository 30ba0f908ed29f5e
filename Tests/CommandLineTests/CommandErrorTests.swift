import ByteIO
import ImageModel
import ImagePlanning
import ImageSinks
import ImageSources
import Testing

@testable import ocimerge

@Suite struct CommandErrorTests {
    struct Unknown: Error { let text = "a\u{1B}b" }

    @Test("An error without a type keeps its sentence and its exit status")
    func erased() {
        let usage = CommandError(erased: UsageError.recompressAlone as any Error).cause
        #expect(usage.sentence == "--recompress requires --compress" && usage.isUsage)
        let failure = CommandError(erased: SourceError.noImage(path: "a.tar") as any Error).cause
        #expect(failure.sentence == "a.tar holds no image" && !failure.isUsage)
    }

    @Test("A command error is not wrapped twice")
    func nested() {
        let inner = CommandError(DestinationError.empty)
        #expect(CommandError(erased: inner).cause as? DestinationError != nil)
    }

    @Test("An error that is one of several has the sentence and the exit status of the one")
    func union() {
        let conflict = MergeConflict.nothingToMerge(source: "a.tar")
        let plan = CommandError(erased: PlanError.conflict(conflict)).cause
        #expect(plan.sentence == conflict.sentence && !plan.isUsage)
        let sink = CommandError(erased: SinkError.destination(.plan(.conflict(conflict)))).cause
        #expect(sink.sentence == conflict.sentence && !sink.isUsage)
        #expect(CommandError(erased: SinkError.destination(.empty)).cause.isUsage)
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

    @Test("An error without a sentence is reported as a defect, with its facts escaped")
    func unknown() {
        let sentence = CommandError(erased: Unknown()).cause.sentence
        #expect(sentence.hasPrefix("unexpected error: ") && sentence.hasSuffix("; please report this defect"))
        #expect(!sentence.unicodeScalars.contains("\u{1B}"))
    }

    @Test("A stage of a command throws the error that it maps")
    func stage() throws {
        let failure = IOFailure(.read, "x", .truncated)
        do throws(CommandError) {
            try CommandError.checked { () throws(IOFailure) in throw failure }
        } catch { #expect(error.cause as? IOFailure == failure) }
    }
}
