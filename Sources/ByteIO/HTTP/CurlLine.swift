internal import CCurl
internal import Glibc

/// An easy handle in a multi handle of its own, which keeps connections open between requests. Used by one exchange at
/// a time.
@safe final class CurlLine: @unchecked Sendable {
    /// The library is initialised by the first request: its TLS library takes half a millisecond.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    nonisolated(unsafe) private var headers: UnsafeMutablePointer<curl_slist>?
    /// The buffer for the library's error text.
    nonisolated(unsafe) private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var isAdded = false

    /// `nil` if the library refuses, for example without memory.
    init?() {
        guard Self.isReady, let easy = unsafe curl_easy_init() else { return nil }
        guard let multi = unsafe curl_multi_init() else {
            unsafe curl_easy_cleanup(easy)
            return nil
        }
        unsafe self.easy = easy
        unsafe self.multi = multi
    }

    deinit {
        end()
        unsafe curl_easy_cleanup(easy)
        unsafe _ = curl_multi_cleanup(multi)
        unsafe errorText.deallocate()
    }

    // MARK: - Options

    func reset() {
        end()
        unsafe curl_easy_reset(easy)
        unsafe errorText.pointee = 0
        unsafe _ = ocimerge_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    func set(_ option: CURLoption, _ value: Int) {
        unsafe _ = ocimerge_curl_set_long(easy, option, value)
    }

    func set(_ option: CURLoption, offset: Int64) {
        unsafe _ = ocimerge_curl_set_offset(easy, option, curl_off_t(offset))
    }

    /// The library copies the text.
    func set(_ option: CURLoption, _ text: String) {
        unsafe text.withCString { unsafe _ = ocimerge_curl_set_pointer(easy, option, $0) }
    }

    func set(_ option: CURLoption, blob: [UInt8]) {
        unsafe blob.withUnsafeBytes {
            unsafe _ = ocimerge_curl_set_blob(easy, option, $0.baseAddress, $0.count)
        }
    }

    func set(headers lines: [String]) {
        for line in lines {
            if let longer = unsafe line.withCString({ unsafe curl_slist_append(headers, $0) }) {
                unsafe headers = longer
            }
        }
        unsafe _ = ocimerge_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
    }

    /// The library calls the exchange from here on: it must live until `end`.
    func begin(_ exchange: CurlExchange) -> Bool {
        let pointer = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        unsafe _ = ocimerge_curl_set_transfer(easy, CURLOPT_HEADERFUNCTION, CurlExchange.onHeader)
        unsafe _ = ocimerge_curl_set_pointer(easy, CURLOPT_HEADERDATA, pointer)
        unsafe _ = ocimerge_curl_set_transfer(easy, CURLOPT_WRITEFUNCTION, CurlExchange.onBody)
        unsafe _ = ocimerge_curl_set_pointer(easy, CURLOPT_WRITEDATA, pointer)
        unsafe _ = ocimerge_curl_set_transfer(easy, CURLOPT_READFUNCTION, CurlExchange.onUpload)
        unsafe _ = ocimerge_curl_set_pointer(easy, CURLOPT_READDATA, pointer)
        unsafe _ = ocimerge_curl_set_seek(easy, CurlExchange.onRewind)
        unsafe _ = ocimerge_curl_set_pointer(easy, CURLOPT_SEEKDATA, pointer)
        isAdded = unsafe curl_multi_add_handle(multi, easy) == CURLM_OK
        return isAdded
    }

    // MARK: - The transfer

    /// Transfers what is possible without waiting. Returns the result of the transfer when it is complete.
    func perform() -> CURLcode? {
        var running: Int32 = 0
        guard unsafe curl_multi_perform(multi, &running) == CURLM_OK else { return CURLE_FAILED_INIT }
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            if unsafe message.pointee.msg == CURLMSG_DONE { return unsafe ocimerge_curl_result(message) }
        }
        return nil
    }

    func wait(milliseconds: Int32) { unsafe _ = curl_multi_poll(multi, nil, 0, milliseconds, nil) }

    func resume() { unsafe _ = curl_easy_pause(easy, CURLPAUSE_CONT) }

    /// A transfer that is not complete closes its connection.
    func end() {
        if isAdded { unsafe _ = curl_multi_remove_handle(multi, easy) }
        isAdded = false
        unsafe curl_slist_free_all(headers)
        unsafe headers = nil
    }

    // MARK: - What is known of it

    func info(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe _ = ocimerge_curl_get_long(easy, info, &value)
        return value
    }

    func words(for code: CURLcode) -> String {
        if unsafe errorText.pointee != 0 { return unsafe String(cString: errorText) }
        return unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code.rawValue)"
    }
}
