internal import ByteIO
internal import ImageModel

/// One entry of `auths`.
enum CredentialEntry {
    /// nil: it says nothing, as docker leaves it where a helper keeps the password.
    static func credential(_ entry: JSONValue, key: String, path: String) throws(CredentialError) -> Credential? {
        guard entry.kind == .object else {
            if entry.isNull { return nil }
            throw .malformedEntry(path: path, key: key)
        }
        if let token = text("identitytoken", entry) { return .identityToken(token) }
        if let token = text("registrytoken", entry) { return .bearer(token) }
        if let auth = text("auth", entry) {
            guard let found = basic(auth) else { throw .malformedEntry(path: path, key: key) }
            return found
        }
        guard let user = text("username", entry), let password = text("password", entry) else { return nil }
        return .basic(user: user, password: password)
    }

    /// `user:password`, whose first colon counts. Old dockers filled it up with NULs; line ends are passed over as docker
    /// does.
    private static func basic(_ auth: String) -> Credential? {
        let digits = auth.unicodeScalars.filter { $0 != "\n" && $0 != "\r" }
        guard let bytes = Base64.bytes(String(String.UnicodeScalarView(digits))),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0
        else { return nil }
        var password = bytes[(colon + 1)...]
        while password.last == 0 { password.removeLast() }
        guard let user = String(validating: bytes[..<colon], as: UTF8.self),
            let password = String(validating: password, as: UTF8.self)
        else { return nil }
        return .basic(user: user, password: password)
    }

    private static func text(_ name: String, _ entry: JSONValue) -> String? {
        entry[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
