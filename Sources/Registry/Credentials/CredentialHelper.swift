internal import ByteIO
internal import ImageModel

/// A program that keeps passwords: `docker-credential-NAME`, which reads from its standard input what it is asked and
/// answers on its standard output. No secret is ever among its arguments.
struct CredentialHelper: Sendable {
    private static let prefix = "docker-credential-"
    /// The user's name that stands for an identity token.
    private static let tokenUser = "<token>"
    private static let limit = 1 << 20

    let name: String
    private let program: String

    /// `source`: the file that names it. `folders`: the value of PATH.
    init(named name: String, by source: String, folders: String?) throws(CredentialError) {
        guard Self.isName(name) else { throw .helperName(path: source, name: name) }
        guard let program = ExecutableSearch.path(of: Self.prefix + name, in: folders) else {
            throw .helperMissing(helper: Self.prefix + name)
        }
        self.name = Self.prefix + name
        self.program = program
    }

    /// nil: it knows nobody there.
    func get(_ server: String) throws(CredentialError) -> Credential? {
        guard let answer = try run("get", server, secret: nil) else { return nil }
        guard let root = (try? JSONDocument(parsing: answer))?.root, let user = root["Username"]?.string,
            let secret = root["Secret"]?.string
        else { throw .helperAnswer(helper: name) }
        if user.isEmpty, secret.isEmpty { return nil }
        return user == Self.tokenUser ? .identityToken(secret) : .basic(user: user, password: secret)
    }

    func store(_ server: String, user: String, password: String) throws(CredentialError) {
        let question = JSONText.object([
            ("ServerURL", .string(server)), ("Username", .string(user)), ("Secret", .string(password)),
        ])
        _ = try run("store", String(decoding: question.bytes, as: UTF8.self) + "\n", secret: password)
    }

    /// False: it knew nobody there.
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

    /// What it answers; nil: nobody.
    private func run(_ verb: String, _ question: String, secret: String?) throws(CredentialError) -> [UInt8]? {
        let run: ChildProcess
        do throws(IOFailure) {
            run = try ChildProcess.run(program, [verb], input: Array(question.utf8), limit: Self.limit)
        } catch {
            if case .tooLarge = error.cause { throw .helperAnswer(helper: name) }
            throw .io(error)
        }
        if run.status == 0 { return run.output }
        let said = [run.errors, run.output].compactMap(Self.line)
        // Every helper says it in these words, and nothing else tells it from a failure.
        if said.contains("credentials not found in native keychain") { return nil }
        throw .helperFailed(helper: name, status: run.status, said: Self.harmless(said.first ?? "", secret))
    }

    private static func line(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks }
        return lines.first { !$0.isEmpty }
    }

    /// A helper that fails may say what it was told, or what it should have told in another way.
    private static func harmless(_ said: String, _ secret: String?) -> String {
        if said.contains("Secret") || said.contains(where: "{}[]\"".contains) { return "" }
        if let secret, !secret.isEmpty, said.contains(secret) { return "" }
        return String(said.prefix(300))
    }
}
