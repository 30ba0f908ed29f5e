internal import ByteIO
internal import Registry

/// Passwords, from where nobody but their owner sees them: never from arguments.
enum PasswordInput {
    private static let limit = 64 * 1024

    /// Of `user`, from standard input: all of it but one line end.
    static func standardInput(of user: String) throws -> String {
        if StreamReader.isStandardInputTerminal { return try asked(of: user) }
        var bytes = try SmallInput.bytes(of: "-", limit: limit)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return try password(bytes)
    }

    static func asked(of user: String) throws -> String {
        let question = "Password of \(TerminalText.escaped(user)): "
        guard let line = try TerminalPrompt.line(question, isHidden: true) else { throw CredentialError.noTerminal }
        return try password(line)
    }

    static func askedUser(of host: String) throws -> String {
        let question = "User name at \(TerminalText.escaped(host)): "
        guard let line = try TerminalPrompt.line(question, isHidden: false),
            let user = String(validating: line, as: UTF8.self)
        else { throw CredentialError.noTerminal }
        return try checked(user: user)
    }

    static func checked(user: String) throws(CredentialError) -> String {
        let isUsable = !user.isEmpty && !user.utf8.contains { $0 == UInt8(ascii: ":") || $0 < 0x20 || $0 == 0x7f }
        guard isUsable else { throw .unusableUser(user) }
        return user
    }

    private static func password(_ bytes: [UInt8]) throws(CredentialError) -> String {
        if bytes.isEmpty { throw .emptyPassword }
        guard let password = String(validating: bytes, as: UTF8.self), !password.utf8.contains(0) else {
            throw .unusablePassword
        }
        return password
    }
}
