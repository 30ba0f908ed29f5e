/// Which proxy stands between us and a server, where libcurl would not know it by itself. It reads http_proxy,
/// https_proxy, HTTPS_PROXY, all_proxy and no_proxy; what is here are the rules of the engines' clients beside these.
enum Proxy {
    /// "" for none; nil leaves it to the library.
    static func named(for address: WebAddress) -> String? {
        // What runs here is reached from here: a proxy elsewhere would look for it on its own machine.
        if address.isLoopback { return "" }
        // libcurl leaves the capitals out for the sake of CGI programs, where a client's header becomes this variable.
        guard address.scheme == .http, ProcessEnvironment.value("REQUEST_METHOD") == nil,
            ProcessEnvironment.value("http_proxy") == nil
        else { return nil }
        return ProcessEnvironment.value("HTTP_PROXY")
    }
}
