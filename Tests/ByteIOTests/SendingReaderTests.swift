import TestSupport
import Testing

@testable import ByteIO

@Suite struct SendingReaderTests {
    static func reader() throws(IOFailure) -> SendingReader {
        var hasher = ContentHasher(.sha256)
        let content = SampleBytes.text(100)
        hasher.update(content.span)
        return try SendingReader(ScriptedSource(content, step: 10), size: 100, .sha256, digest: hasher.digest())
    }

    @Test func aSignalDoesNotEndAnUploadInProgress() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Interruption.request(15)
            guard var reader = try? SendingReaderTests.reader() else { return }
            if (try? reader.all().count) == 100 { ProcessEnvironment.exit(7) }
        }
    }

    @Test func aSignalEndsSkipping() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Interruption.request(15)
            do throws(IOFailure) { try SendingReaderTests.reader().skip(to: 50) } catch {
                ProcessEnvironment.exit(error.cause == .interrupted ? 7 : 1)
            }
        }
    }
}
