internal import CCurl
internal import Glibc

/// An easy handle in a multi handle of its own, which keeps connections open between requests. Used by one exchange at
/// a time.
@safe final class CurlLine: @unchecked Sendable {
    let library: CurlLibrary
    private let easy: CurlLibrary.Easy
    private let multi: CurlLibrary.Multi
    nonisolated(unsafe) private var headers: CurlLibrary.List?
    /// The buffer for the library's error text.
    nonisolated(unsafe) private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var isAdded = false

    init?(_ library: CurlLibrary) {
        guard let easy = unsafe library.easyInit() else { return nil }
        guard let multi = unsafe library.multiInit() else {
            unsafe library.easyCleanup(easy)
            return nil
        }
        self.library = library
        unsafe self.easy = easy
        unsafe self.multi = multi
    }

    deinit {
        end()
        unsafe library.easyCleanup(easy)
        unsafe _ = library.multiCleanup(multi)
        unsafe errorText.deallocate()
    }

    // MARK: - Options

    func reset() {
        end()
        unsafe library.easyReset(easy)
        unsafe errorText.pointee = 0
        unsafe _ = ocimerge_curl_set_pointer(library.setOption, easy, CURLOPT_ERRORBUFFER, errorText)
    }

    func set(_ option: CURLoption, _ value: Int) {
        unsafe _ = ocimerge_curl_set_long(library.setOption, easy, option, value)
    }

    func set(_ option: CURLoption, offset: Int64) {
        unsafe _ = ocimerge_curl_set_offset(library.setOption, easy, option, curl_off_t(offset))
    }

    /// The library copies the text.
    func set(_ option: CURLoption, _ text: String) {
        unsafe text.withCString { unsafe _ = ocimerge_curl_set_pointer(library.setOption, easy, option, $0) }
    }

    func set(_ option: CURLoption, blob: [UInt8]) {
        unsafe blob.withUnsafeBytes {
            unsafe _ = ocimerge_curl_set_blob(library.setOption, easy, option, $0.baseAddress, $0.count)
        }
    }

    func set(headers lines: [String]) {
        for line in lines {
            if let longer = unsafe line.withCString({ unsafe library.listAppend(headers, $0) }) {
                unsafe headers = longer
            }
        }
        unsafe _ = ocimerge_curl_set_pointer(library.setOption, easy, CURLOPT_HTTPHEADER, headers)
    }

    /// The library calls the exchange from here on: it must live until `end`.
    func begin(_ exchange: CurlExchange) -> Bool {
        let pointer = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        unsafe _ = ocimerge_curl_set_transfer(library.setOption, easy, CURLOPT_HEADERFUNCTION, CurlExchange.onHeader)
        unsafe _ = ocimerge_curl_set_pointer(library.setOption, easy, CURLOPT_HEADERDATA, pointer)
        unsafe _ = ocimerge_curl_set_transfer(library.setOption, easy, CURLOPT_WRITEFUNCTION, CurlExchange.onBody)
        unsafe _ = ocimerge_curl_set_pointer(library.setOption, easy, CURLOPT_WRITEDATA, pointer)
        unsafe _ = ocimerge_curl_set_transfer(library.setOption, easy, CURLOPT_READFUNCTION, CurlExchange.onUpload)
        unsafe _ = ocimerge_curl_set_pointer(library.setOption, easy, CURLOPT_READDATA, pointer)
        unsafe _ = ocimerge_curl_set_seek(library.setOption, easy, CurlExchange.onRewind)
        unsafe _ = ocimerge_curl_set_pointer(library.setOption, easy, CURLOPT_SEEKDATA, pointer)
        isAdded = unsafe library.multiAdd(multi, easy) == CURLM_OK.rawValue
        return isAdded
    }

    // MARK: - The transfer

    /// Transfers what is possible without waiting. Returns the result of the transfer when it is complete.
    func perform() -> CURLcode? {
        var running: Int32 = 0
        guard unsafe library.multiPerform(multi, &running) == CURLM_OK.rawValue else { return CURLE_FAILED_INIT }
        var left: Int32 = 0
        while let message = unsafe library.multiInfo(multi, &left) {
            if unsafe message.pointee.msg == CURLMSG_DONE { return unsafe ocimerge_curl_result(message) }
        }
        return nil
    }

    func wait(milliseconds: Int32) { unsafe _ = library.multiPoll(multi, nil, 0, milliseconds, nil) }

    func resume() { unsafe _ = library.easyPause(easy, CURLPAUSE_CONT) }

    /// A transfer that is not complete closes its connection.
    func end() {
        if isAdded { unsafe _ = library.multiRemove(multi, easy) }
        isAdded = false
        unsafe library.listFree(headers)
        unsafe headers = nil
    }

    // MARK: - What is known of it

    func info(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe _ = ocimerge_curl_get_long(library.getInfo, easy, info, &value)
        return value
    }

    /// The path of the system's certificates with which the library was built.
    var systemAuthorities: String? {
        var text: UnsafePointer<CChar>?
        guard unsafe ocimerge_curl_get_string(library.getInfo, easy, CURLINFO_CAINFO, &text) == CURLE_OK,
            let text = unsafe text
        else { return nil }
        return unsafe String(cString: text)
    }

    func words(for code: CURLcode) -> String {
        if unsafe errorText.pointee != 0 { return unsafe String(cString: errorText) }
        return unsafe library.easyText(code.rawValue).map { unsafe String(cString: $0) } ?? "error \(code.rawValue)"
    }
}
