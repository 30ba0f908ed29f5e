package import ByteIO
internal import ImageModel

/// A credential helper: the program `docker-credential-NAME`, which reads its request from standard input and writes its
/// response to standard output. Its arguments never contain a secret.
struct CredentialHelper: Sendable {
    private static let prefix = "docker-credential-"
    /// The user name that marks the secret as an identity token.
    private static let tokenUser = "<token>"
    private static let limit = 1 << 20

    let name: String
    private let program: String
    private let patience: HelperPatience

    /// `source` is the file that names the helper. `searchPath` is the value of PATH.
    init(
        named name: String, by source: String, searchPath: String?, _ patience: HelperPatience = HelperPatience()
    ) throws(CredentialError) {
        guard Self.isName(name) else { throw .helperName(path: source, name: name) }
        guard let program = ExecutableSearch.path(of: Self.prefix + name, in: searchPath) else {
            throw .helperMissing(helper: Self.prefix + name)
        }
        self.name = Self.prefix + name
        self.program = program
        self.patience = patience
    }

    init(
        _ helper: CredentialFile.Helper, of file: CredentialFile, in places: CredentialPlaces
    ) throws(CredentialError) {
        try self.init(named: helper.name, by: file.path, searchPath: places.searchPath, places.patience)
    }

    /// The credential for `server`; `nil` if the helper has none.
    func get(_ server: String) throws(CredentialError) -> Credential? {
        guard let output = try run("get", server, secret: nil) else { return nil }
        guard let root = (try? JSONDocument(parsing: output))?.root, let user = root["Username"]?.string,
            let secret = root["Secret"]?.string
        else { throw .helperAnswer(helper: name) }
        if user.isEmpty, secret.isEmpty { return nil }
        return user == Self.tokenUser ? .identityToken(secret) : .basic(user: user, password: secret)
    }

    func store(_ server: String, user: String, password: String) throws(CredentialError) {
        let input = JSONText.object([
            ("ServerURL", .string(server)), ("Username", .string(user)), ("Secret", .string(password)),
        ])
        _ = try run("store", String(decoding: input.bytes, as: UTF8.self) + "\n", secret: password)
    }

    /// Returns whether the helper had a credential for `server`.
    func erase(_ server: String) throws(CredentialError) -> Bool { try run("erase", server, secret: nil) != nil }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// The output of the helper; `nil` if it has no credential for the server.
    private func run(_ verb: String, _ input: String, secret: String?) throws(CredentialError) -> [UInt8]? {
        let run: ChildProcess
        do throws(IOFailure) {
            run = try ChildProcess.run(
                program, [verb], input: Array(input.utf8), limit: Self.limit, patience: patience.times
            ) { patience.isWaiting(name) }
        } catch {
            switch error.cause {
            case .tooLarge: throw .helperAnswer(helper: name)
            case .overdue(let seconds): throw .helperOverdue(helper: name, seconds: seconds)
            default: throw .io(error)
            }
        }
        if run.status == 0 { return run.output }
        let lines = [run.errors, run.output].compactMap(Self.firstLine)
        // All helpers use this text, and only the text distinguishes an absent credential from a failure.
        if lines.contains("credentials not found in native keychain") { return nil }
        throw .helperFailed(helper: name, status: run.status, output: Self.withoutSecrets(lines.first ?? "", secret))
    }

    private static func firstLine(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks }
        return lines.first { !$0.isEmpty }
    }

    /// The first 300 characters of an error text; empty if the text may contain a secret. A helper that fails may print
    /// its input or its result.
    private static func withoutSecrets(_ text: String, _ secret: String?) -> String {
        if text.contains(text: "Secret") || text.contains(where: "{}[]\"".contains) { return "" }
        if let secret, !secret.isEmpty, text.contains(text: secret) { return "" }
        return String(text.prefix(300))
    }
}

/// How long a helper may take.
package struct HelperPatience: Sendable {
    package var times: ChildPatience
    /// Called with the full name of a helper that takes long.
    package var isWaiting: @Sendable (_ helper: String) -> Void

    package init(_ times: ChildPatience = ChildPatience(), isWaiting: @escaping @Sendable (String) -> Void = { _ in }) {
        self.times = times
        self.isWaiting = isWaiting
    }
}
