import Synchronization
import TestSupport
import Testing

@testable import ByteIO

@Suite("An observer gets the bytes that another reader reads")
struct BytePipeTests {
    /// The result of an observer.
    private final class Observation: Sendable {
        private let results = Mutex<[Result<[UInt8], IOFailure>]>([])

        var all: [Result<[UInt8], IOFailure>] { results.withLock { $0 } }

        func observe(_ reader: any ByteReader) {
            var reader = reader
            let result = Result { () throws(IOFailure) in
                var buffer = [UInt8](repeating: 0, count: 100_000)
                var content: [UInt8] = []
                while true {
                    let got = try reader.fill(&buffer, count: buffer.count)
                    if got == 0 { return content }
                    content += buffer[..<got]
                }
            }
            results.withLock { $0.append(result) }
        }
    }

    private static func readAll(_ source: some ByteSource) throws -> [UInt8] {
        var reader = try source.open()
        var buffer = [UInt8](repeating: 0, count: 70_000)
        var content: [UInt8] = []
        while true {
            let got = try reader.fill(&buffer, count: buffer.count)
            if got == 0 { return content }
            content += buffer[..<got]
        }
    }

    @Test("every byte, and the end before the reader gets it", arguments: [0, 1, 262_144, 262_145, 9_000_000])
    func whole(_ size: Int) throws {
        let content = SampleBytes.text(size)
        let observation = Observation()
        let source = ObservedBytes(ScriptedSource(content, step: 99_991, path: "in"), observation.observe)
        for count in 1...2 {
            #expect(try Self.readAll(source) == content)
            #expect(observation.all == [Result<[UInt8], IOFailure>](repeating: .success(content), count: count))
        }
    }

    @Test("an observer that ends early does not stop the reader")
    func early() throws {
        let content = SampleBytes.text(9_000_000)
        let source = ObservedBytes(ScriptedSource(content, path: "in")) { _ in }
        #expect(try Self.readAll(source) == content)
    }

    @Test("bytes that are not read to their end are an error for the observer")
    func cut() throws {
        let ended = BlockingQueue<Result<[UInt8], IOFailure>>()
        let source = ObservedBytes(ScriptedSource(SampleBytes.text(9_000_000), path: "in")) { reader in
            let observation = Observation()
            observation.observe(reader)
            for result in observation.all { ended.send(result) }
        }
        do {
            var reader = try source.open()
            var buffer = [UInt8](repeating: 0, count: 1000)
            #expect(try reader.fill(&buffer, count: 1000) == 1000)
        }
        #expect(ended.receive() == .failure(IOFailure(.read, "in", .truncated)))
    }
}
