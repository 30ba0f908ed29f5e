import ByteIO
import ImageModel

@testable import Registry

/// The properties of what registries and their token servers send, and of stored credentials.
///
/// Each check returns whether the input is accepted.
enum WireProperties {
    private static let page = WebAddress(parsing: "https://registry.example/v2/app/tags/list?n=9")

    /// The bytes as the texts that libcurl gives: up to a line end.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 3).map { String(decoding: $0, as: UTF8.self) }
    }

    static func challenge(_ bytes: [UInt8]) throws -> Bool {
        var isAccepted = false
        let headers = HTTPHeaders(lines(bytes).map { ("WWW-Authenticate", $0) })
        for challenge in Challenge.all(in: headers) {
            guard case .bearer(let realm, let service, let scope) = challenge else { continue }
            let written = HTTPHeaders([
                (
                    "WWW-Authenticate",
                    "Bearer realm=\(quoted(realm)),"
                        + (service.map { "service=\(quoted($0))," } ?? "") + "scope=\(quoted(scope))"
                )
            ])
            try expect(Challenge.all(in: written) == [challenge], "a challenge is read again")
            let scopes = ScopeSet(parsing: scope)
            try expect(
                ScopeSet(parsing: scopes.texts.joined(separator: " ")) == scopes, "scopes are read again")
            isAccepted = true
        }
        return isAccepted
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }

    static func location(_ bytes: [UInt8]) throws -> Bool {
        guard let page else { throw BrokenProperty("an address is read") }
        var isAccepted = false
        for text in lines(bytes) {
            for address in [WebAddress(parsing: text), page.resolving(text)].compactMap(\.self) {
                try check(address)
            }
            if WebAddress(parsing: text) != nil { isAccepted = true }
            _ = Redirect.shown(text)
        }
        let headers = HTTPHeaders(lines(bytes).map { ("Link", $0) })
        if let next = try? PageLink.next(after: page, headers, .init(.tags, "app")) {
            try expect(next.hasSameOrigin(as: page), "a list stays at its registry")
        }
        return isAccepted
    }

    private static func check(_ address: WebAddress) throws {
        try expect(WebAddress(parsing: address.text) == address, "an address is read again")
        try expect(!address.text.utf8.contains { $0 <= 0x20 || $0 >= 0x7f }, "no byte ends a header")
        try expect(!address.origin.contains("@"), "an address has no user")
        try expect(!address.isLoopback || address.isLocal, "loopback addresses are local")
        let more = address.adding([(name: "a", value: "&=\n")])
        try expect(WebAddress(parsing: more.text) == more, "an address with a parameter is read again")
        try expect(more.hasSameOrigin(as: address), "a parameter keeps the origin")
    }

    static func range(_ bytes: [UInt8]) throws -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let range = ContentRange(text)
        if let range {
            try expect(range.start >= 0, "a range begins in the blob")
            try expect(range.total.map { $0 >= 0 } ?? true, "no blob has a negative size")
        }
        if let received = UploadSession.received(text) {
            try expect(received > 1, "one byte cannot be told from none")
            try expect(UploadSession.received("0-\(received - 1)") == received, "a range is read again")
        }
        if let delay = RetryAfter.delay(text, unixTime: 1_700_000_000) {
            try expect(delay >= .zero && delay <= .seconds(366 * 24 * 3600), "a delay is bounded")
        }
        return range != nil
    }

    static func token(_ bytes: [UInt8]) throws -> Bool {
        guard let token = AccessToken(parsing: bytes) else { return false }
        try expect(AccessToken.isHeaderSafe(token.text), "a token is safe in a header")
        try expect(token.lifetime > .zero && token.lifetime <= .seconds(24 * 3600), "a lifetime is bounded")
        return true
    }

    static func tags(_ bytes: [UInt8]) throws -> Bool {
        var list = TagList(.init(.tags, "app"))
        guard (try? list.add(bytes)) != nil else { return false }
        let count = list.tags.count
        try expect(list.tags.allSatisfy(ImageName.isTag), "a list holds tags alone")
        try list.add(bytes)
        try expect(list.tags.count == count, "a page again adds no tags")
        return true
    }

    /// The first byte selects the form of the file.
    static func credentials(_ input: [UInt8]) throws -> Bool {
        guard let first = input.first else { return false }
        let form: CredentialFile.Form = first & 1 == 0 ? .current : .legacy
        let bytes = Array(input.dropFirst())
        guard let file = try? CredentialFile(bytes, path: "config.json", form: form) else { return false }
        guard let repository = RepositoryName(parsing: "registry.example/app") else {
            throw BrokenProperty("a name is read")
        }
        _ = try? file.credential(for: repository)
        _ = try? file.helper(for: "docker.io")
        let keys = (try? file.keys(for: "registry.example")) ?? []
        _ = keys.map { (file.hasEntry($0), file.hasCredential($0)) }
        guard form == .current else { return false }
        let auth = Base64.text(Array("user:secret".utf8))
        let key = "registry.example"
        guard let set = try? CredentialEdit.setting([key], to: .plain(auth), in: file, bytes) else { return false }
        let changed = try CredentialFile(set, path: "config.json", form: form)
        let found = try changed.credential(for: repository)
        if keys.allSatisfy({ $0 == key }), !changed.hasNarrowerEntry(than: repository) {
            try expect(found == .basic(user: "user", password: "secret"), "the credential is stored")
        }
        let removed = try CredentialEdit.removing([key], from: changed, set)
        try expect(try !CredentialFile(removed, path: "config.json", form: form).hasEntry(key), "the entry is removed")
        return true
    }
}

extension CredentialFile {
    /// Whether a part of the name has an entry of its own.
    fileprivate func hasNarrowerEntry(than repository: RepositoryName) -> Bool {
        hasEntry(repository.description)
    }
}
