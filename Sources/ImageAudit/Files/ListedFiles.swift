internal import ByteIO

/// The files of a layer as far as its tar is readable, with the formats of programs.
struct ListedFiles: Sendable {
    let files: LayerFiles
    /// Why the list is not complete or not usable; `nil` if it is complete and usable.
    let fault: LayerFault?

    /// The damage of the tar; `nil` if there is none, or if the bytes are no tar.
    var damage: TarError? {
        switch fault {
        case .tar(.notATar)?, .tar(.failed)?: nil
        case .tar(let error)?: error
        default: nil
        }
    }

    /// The files for a search for evidence; `nil` if they are not known at all.
    var listing: LayerListing? {
        switch fault {
        case .tar(.notATar)?, .tar(.failed)?, .tooManyFiles?: nil
        default: LayerListing(self)
        }
    }

    /// Whether the list does not fit into the memory. It is empty then.
    var isDropped: Bool { if case .tooManyFiles? = fault { true } else { false } }

    /// Reads `content` to its end.
    init(reading content: any ByteReader, path: String, budget: FileBudget) {
        var files = LayerFiles()
        fault = files.read(content, path: path, keeping: .formats, budget: budget)
        if case .tooManyFiles? = fault { files = LayerFiles() }
        self.files = files
    }

    private init(_ files: LayerFiles, _ fault: LayerFault?) {
        self.files = files
        self.fault = fault
    }

    /// Takes the list that was made while the layer passed. A plain layer in a file is read by offset, another one in
    /// order. Throws if the bytes cannot be read; damage of the layer is a fault of the list.
    init(of source: any ByteSource, _ budget: FileBudget) throws(IOFailure) {
        if let passed = source as? any ListedSource {
            if let listed = passed.listed {
                self = listed
            } else if let whole = passed.whole {
                try self.init(of: whole, budget)
            } else {
                self.init(LayerFiles(), passed.damage.map(LayerFault.tar) ?? .unverified)
            }
            return
        }
        self = try Self.read(source, budget)
        if case .tar(.failed(let failure))? = fault, failure.operation != .decompress { throw failure }
    }

    private static func read(_ source: any ByteSource, _ budget: FileBudget) throws(IOFailure) -> ListedFiles {
        if let window = try source.window {
            let start = try window.bytes(at: 0, count: TarMembers.startSize)
            if Compression(magic: start) == nil {
                do throws(LayerFault) {
                    return ListedFiles(try LayerFiles(of: window, start: start, budget: budget), nil)
                } catch { return ListedFiles(LayerFiles(), error) }
            }
        }
        var stored = try source.open()
        var start = [UInt8](repeating: 0, count: magicSize)
        start.removeLast(start.count - (try stored.fill(&start, count: start.count)))
        let whole = PrefixedReader(start, then: stored)
        let content = try Compression(magic: start)?.decoder(over: whole, path: source.path) ?? whole
        return ListedFiles(reading: content, path: source.path, budget: budget)
    }

    /// The number of bytes that tell a compression.
    private static let magicSize = 16
}
