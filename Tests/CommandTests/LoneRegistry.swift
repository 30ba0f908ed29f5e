import Foundation
import TestSupport

/// A real docker-registry on loopback for one test, without TLS.
final class LoneRegistry {
    private(set) var host = ""
    private let process = Process()
    private let directory: TemporaryDirectory

    struct Silent: Error { let log: String }

    init() throws {
        directory = try TemporaryDirectory()
        let config = """
            version: 0.1
            log: {level: info}
            storage: {filesystem: {rootdirectory: \(directory.path("data"))}, delete: {enabled: true}}
            http: {addr: "127.0.0.1:0"}
            """
        let log = try directory.write([], to: "log")
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: log))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/docker-registry")
        process.arguments = ["serve", try directory.write(Array(config.utf8), to: "config.yml")]
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("REGISTRY_") }
        process.standardError = handle
        process.standardOutput = handle
        try process.run()
        for _ in 0..<600 {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let start = text.range(of: "listening on ")?.upperBound {
                host = String(text[start...].prefix { $0 != "\"" && $0 != " " && $0 != "\n" && $0 != "," })
                return
            }
            usleep(50_000)
        }
        throw Silent(log: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
    }

    deinit {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// The requests for manifests and blobs so far, as in `HEAD /v2/app/manifests/1 200`.
    func requests() throws -> [String] {
        let text = try String(contentsOfFile: directory.path("log"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            // The access log: ADDRESS - - [TIME] "METHOD PATH PROTOCOL" STATUS SIZE …
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            guard parts.count > 2, parts[1].hasSuffix(" HTTP/1.1"), !parts[0].contains("level=") else { return nil }
            let request = parts[1].split(separator: " ").prefix(2).joined(separator: " ")
            guard request.contains("/manifests/") || request.contains("/blobs/") else { return nil }
            return request + " " + (parts[2].split(separator: " ").first ?? "")
        }
    }

    /// The stored bytes of a blob.
    func blobPath(_ hex: String) -> String {
        directory.path("data/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)/data")
    }
}
