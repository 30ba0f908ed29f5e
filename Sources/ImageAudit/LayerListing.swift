package import ByteIO

/// The files of one layer as far as evidence may need them. Its size does not depend on that of the files.
package struct LayerListing: Sendable {
    /// Reads the tar of a layer in order, to its end and behind it: all bytes of `reader` have passed afterwards.
    package init(reading reader: any ByteReader, path: String) throws(TarError) {
        var reader = reader
        var buffer = [UInt8](repeating: 0, count: transferSize)
        do throws(IOFailure) {
            while try reader.fill(&buffer, count: buffer.count) > 0 {}
        } catch { throw .failed(error) }
    }
}
