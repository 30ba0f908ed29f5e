package import ByteIO
internal import Synchronization

/// The number of bytes that were read from remote places.
package final class FetchCount: Sendable {
    private let count = Atomic<Int64>(0)

    package init() {}

    package var bytes: Int64 { count.load(ordering: .relaxed) }

    func add(_ bytes: Int) { count.add(Int64(bytes), ordering: .relaxed) }

    /// The same bytes, counted if they are remote.
    package func counting(_ source: any ByteSource) -> any ByteSource {
        source.traits.origin == nil ? source : CountedBytes(source: source, count: self)
    }
}

private struct CountedBytes: ByteSource {
    let source: any ByteSource
    let count: FetchCount

    var path: String { source.path }
    var size: Int64 { source.size }
    var traits: SourceTraits { source.traits }

    func open() throws(IOFailure) -> any ByteReader { Reader(source: try source.open(), count: count) }

    func openInParts() throws(IOFailure) -> any ByteReader {
        Reader(source: try source.openInParts(), count: count)
    }

    func head(_ wanted: Int) throws(IOFailure) -> [UInt8] {
        let bytes = try source.head(wanted)
        count.add(bytes.count)
        return bytes
    }

    private struct Reader: ByteReader {
        var source: any ByteReader
        let count: FetchCount

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            let got = try source.read(into: &buffer)
            count.add(got)
            return got
        }
    }
}
