import Foundation
import TestSupport
import Testing

@testable import ByteIO

/// A limit on processes refuses every new thread. Work then runs on the threads that exist, and signals still end the
/// process.
struct RefusedThreadsTests {
    /// For exit tests: afterwards no thread can be created. Root is exempt from the limit, so it becomes another user.
    static func refuseThreads() -> Bool {
        if getuid() == 0 {
            guard setgroups(0, nil) == 0, setgid(65534) == 0, setuid(65534) == 0 else { return false }
        }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        return setrlimit(Int32(__RLIMIT_NPROC.rawValue), &none) == 0 && ByteIO.Thread({}) == nil
    }

    @Test("a reader without a thread of its own gives the same bytes", arguments: [0, 1, 3 * transferSize + 5])
    func readAhead(_ size: Int) throws {
        let content = SampleBytes.text(size)
        let source = ScriptedSource(content, step: 100_001)
        var reader = ReadAheadReader(path: "x", { source.open() }, start: { _ in nil })
        #expect(try reader.all() == content)
        #expect(try reader.all() == [])
    }

    @Test("a reader without a thread of its own keeps throwing the error of its source")
    func readAheadFailure() {
        let failure = IOFailure(.read, "x", .system(5))
        let source = ScriptedSource(SampleBytes.text(10), failure: failure)
        var reader: any ByteReader = ReadAheadReader(path: "x", { source.open() }, start: { _ in nil })
        for _ in 0..<2 { #expect(throws: failure) { try reader.all() } }
        var closed: any ByteReader = ReadAheadReader(
            path: "x", { () throws(IOFailure) in throw failure }, start: { _ in nil })
        for _ in 0..<2 { #expect(throws: failure) { try closed.all() } }
    }

    @Test("all work is done on the calling thread")
    func work() async {
        await #expect(processExitsWith: .exitCode(7)) {
            guard RefusedThreadsTests.refuseThreads() else { exit(2) }
            let content = SampleBytes.text(9 << 20)
            let done = Counter()
            Threads.forEach(5, jobs: 4) { _ in done.add(1) }
            CopyCrew().forEach(5, jobs: 4) { _, _ in done.add(1) }
            guard done.value == 10 else { exit(3) }
            let measure = try CopyCrew.assisted(by: 3) { crew in
                try crew.measure(
                    ScriptedSource(content).open(), path: "x", size: Int64(content.count), .init(), progress: { _ in })
            }
            guard measure.digests[.sha256] == ContentHasher.hash(content) else { exit(4) }
            var packed: [UInt8] = []
            let compressor = StreamCompressor(BlockPool(.gzip(level: 1)), path: "x", threads: 3) { bytes in
                for index in bytes.indices { packed.append(bytes[index]) }
            }
            try compressor.write(content.span)
            try compressor.finish()
            let source = ScriptedSource(packed)
            var reader = Compression.gzip.reader(over: { source.open() }, path: "x")
            guard try reader.all() == content else { exit(5) }
            Ticker(everyMilliseconds: 1) {}.stop()
            exit(7)
        }
    }

    @Test("a signal ends the process at once", arguments: [SIGTERM, SIGINT, SIGHUP])
    func signals(_ signal: Int32) async {
        await #expect(processExitsWith: .signal(signal)) { [signal = signal as Int32] in
            guard RefusedThreadsTests.refuseThreads() else { exit(2) }
            // The test process may block signals, and its children inherit that.
            var none = sigset_t()
            sigemptyset(&none)
            pthread_sigmask(SIG_SETMASK, &none, nil)
            Interruption.install()
            // To this thread, so it must not be blocked here.
            raise(signal)
            exit(3)
        }
    }
}
