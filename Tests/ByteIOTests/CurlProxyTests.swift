import Foundation
import TestSupport
import Testing

@testable import ByteIO

/// A fault of the proxy is reported as one. The report does not contain the proxy's credentials.
struct CurlProxyTests {
    /// Sends a request in a process of its own, because the environment belongs to the whole process.
    static func fault(_ name: String, _ proxy: String, _ address: String) -> NetworkFault? {
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"] {
            unsetenv(name)
        }
        setenv(name, proxy, 1)
        guard let address = WebAddress(parsing: address) else { return nil }
        do throws(IOFailure) { _ = try CurlTransport().send(HTTPRequest(.get, address)) } catch {
            if case .network(let fault) = error.cause { return fault }
        }
        return nil
    }

    @Test func anAbsentProxy() async {
        await #expect(processExitsWith: .success) {
            for (name, scheme) in [("https_proxy", "https"), ("http_proxy", "http"), ("all_proxy", "https")] {
                let fault = Self.fault(name, "http://u:PW@127.0.0.1:1", "\(scheme)://registry.invalid/v2/")
                precondition(fault == .proxyNotConnected("127.0.0.1:1", why: "Connection refused"), "\(fault as Any)")
            }
        }
    }

    @Test func aProxyOfAnUnknownScheme() async {
        await #expect(processExitsWith: .success) {
            for (name, scheme) in [("https_proxy", "https"), ("http_proxy", "http")] {
                for proxy in ["ftp://u:PW@127.0.0.1:1", "socks9://u:P/W@127.0.0.1:1"] {
                    let fault = Self.fault(name, proxy, "\(scheme)://registry.invalid/v2/")
                    guard case .unusableProxy(let words)? = fault else { preconditionFailure("\(fault as Any)") }
                    precondition(words.contains("127.0.0.1:1") && !words.contains("W@"), words)
                }
            }
        }
    }

    @Test func aProxyWithoutTheStatedTLS() async {
        await #expect(processExitsWith: .success) {
            let server = try WireServer { _ in [.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), .close]
            }
            server.answersAnyBytes = true
            let proxy = "https://u:PW@127.0.0.1:\(server.port)"
            let fault = Self.fault("https_proxy", proxy, "https://registry.invalid/v2/")
            precondition(fault == .proxyNotTLS, "\(fault as Any)")
        }
    }

    @Test(arguments: ["socks5", "socks5h"]) func aProxyOfSOCKS(scheme: String) async {
        await #expect(processExitsWith: .success) { [scheme] in
            let server = try WireServer { request in
                if request.body.first != 5 { return [.send("HTTP/1.1 204 No Content\r\n\r\n")] }
                // A short message lists methods of authentication; a longer one names the server.
                return [.bytes(request.body.count < 7 ? [5, 0] : [5, 0, 0, 1, 127, 0, 0, 1, 0, 80])]
            }
            server.answersAnyBytes = true
            let proxy = "\(scheme)://127.0.0.1:\(server.port)"
            let fault = Self.fault("all_proxy", proxy, "http://192.0.2.1/v2/")
            precondition(fault == nil, "\(fault as Any)")
        }
    }

    @Test(arguments: ["http", "https"]) func aProxyThatRequiresAuthentication(scheme: String) async throws {
        await #expect(processExitsWith: .success) { [scheme] in
            let server = try WireServer { _ in
                [.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"), .close]
            }
            let fault = Self.fault(
                "\(scheme)_proxy", "http://127.0.0.1:\(server.port)", "\(scheme)://registry.invalid/v2/")
            precondition(fault == .proxy(status: 407), "\(fault as Any)")
        }
    }
}
