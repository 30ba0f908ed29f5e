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

    /// The connection that the library made last may be one to a proxy that speaks TLS itself. Which hosts go without a
    /// proxy is the library's to know: what it knows of the connection must fit.
    static func speaksTLS(for address: WebAddress, port: Int) -> Bool {
        let own = address.scheme == .https ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        let stated =
            named(for: address)
            ?? (own + ["all_proxy", "ALL_PROXY"]).lazy.compactMap(ProcessEnvironment.value).first ?? ""
        guard stated.lowercased().hasPrefix("https://") else { return false }
        let place = Userinfo.cut(from: stated)
        return (WebAddress(parsing: place)?.effectivePort ?? 443) == port
    }
}
