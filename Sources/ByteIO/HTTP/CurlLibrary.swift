internal import CCurl

/// libcurl, opened at the first request: offline commands neither need it nor wait for its libraries (6 ms).
@safe struct CurlLibrary: @unchecked Sendable {
    typealias Easy = UnsafeMutableRawPointer
    typealias Multi = UnsafeMutableRawPointer
    typealias List = UnsafeMutablePointer<curl_slist>

    static let name = "libcurl.so.4"
    /// `nil` if it is not installed.
    static let shared = CurlLibrary()

    let easyInit: @convention(c) () -> Easy?
    let easyReset: @convention(c) (Easy) -> Void
    let easyCleanup: @convention(c) (Easy) -> Void
    let easyPause: @convention(c) (Easy, Int32) -> UInt32
    let easyText: @convention(c) (UInt32) -> UnsafePointer<CChar>?
    let multiInit: @convention(c) () -> Multi?
    let multiAdd: @convention(c) (Multi, Easy) -> Int32
    let multiRemove: @convention(c) (Multi, Easy) -> Int32
    let multiPerform: @convention(c) (Multi, UnsafeMutablePointer<Int32>) -> Int32
    let multiPoll:
        @convention(c) (Multi, UnsafeMutableRawPointer?, UInt32, Int32, UnsafeMutablePointer<Int32>?) -> Int32
    let multiInfo: @convention(c) (Multi, UnsafeMutablePointer<Int32>) -> UnsafeMutablePointer<CURLMsg>?
    let multiCleanup: @convention(c) (Multi) -> Int32
    let listAppend: @convention(c) (List?, UnsafePointer<CChar>) -> List?
    let listFree: @convention(c) (List?) -> Void
    /// Variadic functions, called only through the wrappers of the shim.
    let setOption: UnsafeMutableRawPointer
    let getInfo: UnsafeMutableRawPointer

    private init?() {
        guard let handle = unsafe dlopen(Self.name, RTLD_NOW | RTLD_LOCAL),
            let globalInit = unsafe dlsym(handle, "curl_global_init"),
            let setOption = unsafe dlsym(handle, "curl_easy_setopt"),
            let getInfo = unsafe dlsym(handle, "curl_easy_getinfo"),
            let easyInit = unsafe dlsym(handle, "curl_easy_init"),
            let easyReset = unsafe dlsym(handle, "curl_easy_reset"),
            let easyCleanup = unsafe dlsym(handle, "curl_easy_cleanup"),
            let easyPause = unsafe dlsym(handle, "curl_easy_pause"),
            let easyText = unsafe dlsym(handle, "curl_easy_strerror"),
            let multiInit = unsafe dlsym(handle, "curl_multi_init"),
            let multiAdd = unsafe dlsym(handle, "curl_multi_add_handle"),
            let multiRemove = unsafe dlsym(handle, "curl_multi_remove_handle"),
            let multiPerform = unsafe dlsym(handle, "curl_multi_perform"),
            let multiPoll = unsafe dlsym(handle, "curl_multi_poll"),
            let multiInfo = unsafe dlsym(handle, "curl_multi_info_read"),
            let multiCleanup = unsafe dlsym(handle, "curl_multi_cleanup"),
            let listAppend = unsafe dlsym(handle, "curl_slist_append"),
            let listFree = unsafe dlsym(handle, "curl_slist_free_all")
        else { return nil }
        unsafe self.setOption = setOption
        unsafe self.getInfo = getInfo
        unsafe self.easyInit = unsafeBitCast(easyInit, to: (@convention(c) () -> Easy?).self)
        unsafe self.easyReset = unsafeBitCast(easyReset, to: (@convention(c) (Easy) -> Void).self)
        unsafe self.easyCleanup = unsafeBitCast(easyCleanup, to: (@convention(c) (Easy) -> Void).self)
        unsafe self.easyPause = unsafeBitCast(easyPause, to: (@convention(c) (Easy, Int32) -> UInt32).self)
        unsafe self.easyText = unsafeBitCast(
            easyText, to: (@convention(c) (UInt32) -> UnsafePointer<CChar>?).self)
        unsafe self.multiInit = unsafeBitCast(multiInit, to: (@convention(c) () -> Multi?).self)
        unsafe self.multiAdd = unsafeBitCast(multiAdd, to: (@convention(c) (Multi, Easy) -> Int32).self)
        unsafe self.multiRemove = unsafeBitCast(multiRemove, to: (@convention(c) (Multi, Easy) -> Int32).self)
        unsafe self.multiPerform = unsafeBitCast(
            multiPerform, to: (@convention(c) (Multi, UnsafeMutablePointer<Int32>) -> Int32).self)
        unsafe self.multiPoll = unsafeBitCast(
            multiPoll,
            to: (@convention(c) (Multi, UnsafeMutableRawPointer?, UInt32, Int32, UnsafeMutablePointer<Int32>?) -> Int32)
                .self)
        unsafe self.multiInfo = unsafeBitCast(
            multiInfo, to: (@convention(c) (Multi, UnsafeMutablePointer<Int32>) -> UnsafeMutablePointer<CURLMsg>?).self)
        unsafe self.multiCleanup = unsafeBitCast(multiCleanup, to: (@convention(c) (Multi) -> Int32).self)
        unsafe self.listAppend = unsafeBitCast(
            listAppend, to: (@convention(c) (List?, UnsafePointer<CChar>) -> List?).self)
        unsafe self.listFree = unsafeBitCast(listFree, to: (@convention(c) (List?) -> Void).self)
        // A static is initialised once, before another thread uses HTTP.
        let start = unsafe unsafeBitCast(globalInit, to: (@convention(c) (Int) -> UInt32).self)
        guard start(Int(CURL_GLOBAL_ALL)) == CURLE_OK.rawValue else { return nil }
    }
}
