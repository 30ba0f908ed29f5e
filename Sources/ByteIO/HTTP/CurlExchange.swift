internal import CCurl

/// One request and its answer. Bytes go directly between the library's buffer and the reader or the caller's buffer.
/// Bytes that arrive before the caller reads are kept, at most `patience` of them.
@safe final class CurlExchange {
    private static let patience = 64 * 1024
    /// curl limits the length of a header line, but not the number of lines.
    private static let headLimit = 256 * 1024

    let line: CurlLine
    private let request: HTTPRequest
    private let limits: TransportLimits
    private var upload: (any ByteReader)?
    /// The number of bytes of the body that the library has, and the number that it has passed to the connection.
    private var uploaded: Int64 = 0
    private var sent: Int64 = 0

    private(set) var head = CurlHead()
    private var headSize = 0
    private var early: [UInt8] = []
    private var earlyStart = 0
    private var isPaused = false
    /// The caller's buffer, set only while `read` waits.
    nonisolated(unsafe) private var target: UnsafeMutableBufferPointer<UInt8>?
    private var filled = 0

    private(set) var isOver = false
    private var failure: IOFailure?
    private var breaking: IOFailure?
    private var pace = TransferPace()

    init(_ line: CurlLine, _ request: HTTPRequest, _ limits: TransportLimits) {
        self.line = line
        self.request = request
        self.limits = limits
    }

    // MARK: - The caller

    /// Waits until the head is complete; a short answer is then complete too.
    func start() throws(IOFailure) {
        try openUpload()
        guard line.begin(self) else { throw fault(.broken("the request cannot be started")) }
        do throws(IOFailure) {
            try move { head.isComplete }
            if !isOver { try step() }
        } catch {
            // The bytes before the failure are still given; the reader gets the error behind them.
            guard head.isComplete else { throw error }
            breaking = error
        }
    }

    /// Bytes that have arrived; 0 at the end.
    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if earlyStart < early.count { return takeEarly(into: &buffer) }
        if let breaking { throw breaking }
        if isOver || buffer.count == 0 { return 0 }
        return try unsafe buffer.withUnsafeMutableBufferPointer { (pointer) throws(IOFailure) in
            unsafe target = pointer
            filled = 0
            defer { unsafe target = nil }
            if isPaused {
                isPaused = false
                line.resume()
            }
            do throws(IOFailure) { try move { filled > 0 } } catch {
                guard filled > 0 else { throw error }
                breaking = error
            }
            return filled
        }
    }

    /// The bytes that are not read yet, if the whole answer has arrived; then the connection is free.
    var rest: [UInt8]? { isOver && breaking == nil ? Array(early[earlyStart...]) : nil }

    private func takeEarly(into buffer: inout MutableSpan<UInt8>) -> Int {
        let count = min(buffer.count, early.count - earlyStart)
        buffer.copy(from: early.span.extracting(earlyStart..<earlyStart + count))
        earlyStart += count
        if earlyStart == early.count { (early, earlyStart) = ([], 0) }
        return count
    }

    private func move(until isEnough: () -> Bool) throws(IOFailure) {
        while true {
            try step()
            if isOver || isEnough() { break }
            try checkSignals(.receive)
            let limit = isStoring ? limits.storing : limits.silence
            if pace.behind > limit {
                let seconds = Int(limit.components.seconds)
                throw fault(pace.isSilent ? .stalled(seconds: seconds) : .slow(seconds: seconds))
            }
            // Only this wait counts, not the time that the caller spends.
            let start = SystemTime().now
            line.wait(milliseconds: Int32(TransferPace.longestWait / .milliseconds(1)))
            pace.wait(SystemTime().now - start)
        }
        if isOver, !head.isComplete { throw fault(.broken("no answer came")) }
    }

    /// Whether the server has received the whole body, a last empty piece included, and has not begun to answer.
    private var isStoring: Bool {
        (request.method == .put || request.method == .patch) && uploaded == request.body.size && head.status < 200
    }

    private func checkSignals(_ operation: IOFailure.Operation) throws(IOFailure) {
        if !request.outlastsSignals { try Interruption.check(operation, request.address.shown) }
    }

    private func step() throws(IOFailure) {
        let code = line.perform()
        let total = Int64(line.info(CURLINFO_SIZE_UPLOAD_T))
        pace.move(total - sent)
        sent = total
        guard let code else { return }
        isOver = true
        if let failure { throw failure }
        if code != CURLE_OK { throw CurlFault.failure(code, line, request.address, head) }
    }

    private func fault(_ fault: NetworkFault) -> IOFailure {
        IOFailure(.receive, request.address.shown, .network(fault))
    }

    private func openUpload() throws(IOFailure) {
        uploaded = 0
        switch request.body {
        case .none: upload = nil
        case .bytes(let bytes): upload = MemoryBytes(bytes, path: request.address.shown).open()
        case .stream(_, let open): upload = try open()
        }
    }

    // MARK: - Callbacks of the library

    static let onHeader: ocimerge_curl_transfer = { bytes, size, count, exchange in
        guard let bytes = unsafe bytes, let exchange = unsafe exchange else { return 0 }
        let line = unsafe UnsafeBufferPointer(start: bytes, count: size * count)
        return unsafe Unmanaged<CurlExchange>.fromOpaque(exchange).takeUnretainedValue().take(
            header: unsafe String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self), count: size * count)
    }

    static let onBody: ocimerge_curl_transfer = { bytes, size, count, exchange in
        guard let bytes = unsafe bytes, let exchange = unsafe exchange else { return 0 }
        return unsafe Unmanaged<CurlExchange>.fromOpaque(exchange).takeUnretainedValue().take(
            body: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let onUpload: ocimerge_curl_transfer = { bytes, size, count, exchange in
        guard let bytes = unsafe bytes, let exchange = unsafe exchange else { return Int(CURL_READFUNC_ABORT) }
        return unsafe Unmanaged<CurlExchange>.fromOpaque(exchange).takeUnretainedValue().give(
            UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    /// A connection that was kept open had closed meanwhile: the library sends the body again.
    static let onRewind: ocimerge_curl_seek = { exchange, offset, origin in
        guard offset == 0, origin == 0, let exchange = unsafe exchange else { return CURL_SEEKFUNC_FAIL }
        return unsafe Unmanaged<CurlExchange>.fromOpaque(exchange).takeUnretainedValue().rewind()
            ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }

    private func take(header: String, count: Int) -> Int {
        pace.move(Int64(count))
        headSize += count
        guard headSize <= Self.headLimit else {
            failure = fault(.malformed("its answer has more than \(Self.headLimit) bytes of headers"))
            return 0
        }
        let wasComplete = head.isComplete
        head.take(header)
        if head.isComplete, !wasComplete { pace.turn() }
        return count
    }

    private func take(body: UnsafeRawBufferPointer) -> Int {
        pace.move(Int64(body.count))
        var rest = unsafe body
        if let target = unsafe target {
            let count = min(target.count - filled, rest.count)
            if count == 0 { return pause() }
            unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[filled...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            filled += count
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if early.count > Self.patience {
            return pause()
        }
        unsafe early.append(contentsOf: rest)
        return body.count
    }

    private func pause() -> Int {
        isPaused = true
        return Int(CURL_WRITEFUNC_PAUSE)
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        do throws(IOFailure) {
            try checkSignals(.send)
            guard upload != nil else { return 0 }
            let typed = unsafe buffer.bindMemory(to: UInt8.self)
            var span = unsafe MutableSpan(_unsafeElements: typed)
            let got = try upload?.read(into: &span) ?? 0
            if got == 0, uploaded != request.body.size { throw IOFailure(.read, request.address.shown, .truncated) }
            uploaded += Int64(got)
            return got
        } catch {
            failure = error
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func rewind() -> Bool {
        do throws(IOFailure) {
            try openUpload()
            return true
        } catch {
            failure = error
            return false
        }
    }
}
