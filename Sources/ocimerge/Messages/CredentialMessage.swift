internal import ByteIO
internal import ImageModel
internal import Registry

extension CredentialError: Reportable {
    var sentence: String {
        func text(_ part: String) -> String { TerminalText.part(part) }
        switch self {
        case .io(let failure): return failure.sentence
        case .notAFile(let path):
            return "\(text(path)) is not a regular file, so no credentials or certificates are read from it"
        case .notJSON(let path, let error):
            return "cannot read credentials: \(text(path)) \(DocumentMessage.phrase(for: .notJSON(error)))"
        case .malformed(let path, ""):
            return "cannot read credentials: \(text(path)) holds no JSON object"
        case .malformed(let path, let member):
            return "cannot read credentials: \(text(member)) in \(text(path)) is not in docker's format"
        case .malformedEntry(let path, let key):
            return
                "cannot read the credentials for \(text(key)) in \(text(path)): auth must be user:password in base64; "
                + "log in again with ocimerge login"
        case .helperName(let path, let name):
            return "\(text(path)) names the credential helper '\(text(name))', which is not a valid helper name"
        case .helperMissing(let helper):
            return "the credential helper \(text(helper)) is not in PATH; install it, or remove it from the file "
                + "that names it"
        case .helperFailed(let helper, let status, ""):
            return "the credential helper \(text(helper)) failed with status \(status)"
        case .helperFailed(let helper, let status, let said):
            return "the credential helper \(text(helper)) failed with status \(status): \(text(said))"
        case .helperAnswer(let helper):
            return "the credential helper \(text(helper)) gave an invalid answer"
        case .helperOverdue(let helper, let seconds):
            return
                "the credential helper \(text(helper)) gave no answer within \(seconds) seconds and was ended; run it "
                + "by hand, or remove it from the file that names it"
        case .noPlace:
            return "cannot store the password: HOME is not set; name a file with --authfile FILE"
        case .notCertificate(let path): return "\(text(path)) holds no certificate in PEM form"
        case .notKey(let path): return "\(text(path)) holds no private key in PEM form"
        case .otherHalfMissing(let path, let other):
            return
                "\(text(path)) lacks \(text(other)); a client certificate is X.cert with X.key, and that of an "
                + "authority is X.crt"
        case .emptyPassword: return "the password is empty"
        case .unusablePassword: return "the password is not a text in UTF-8"
        case .unusableUser(""): return "the user name is empty"
        case .unusableUser(let user):
            return "'\(text(user))' cannot be a user name: it holds a colon or a control character"
        case .noTerminal:
            return "cannot ask for user and password: there is no terminal; write --username USER --password-stdin"
        }
    }
}

extension RegistryHostError: Reportable {
    var sentence: String {
        "'\(TerminalText.part(Userinfo.cut(from: text)))' is not the name of a registry; write HOST[:PORT], e.g. "
            + "registry.example:5000"
    }

    var isUsage: Bool { true }
}

/// Sentences about credentials. They never contain a password.
enum CredentialMessage {
    static func unheard(_ name: String, _ host: String) -> String {
        "\(name) in the environment also names \(TerminalText.part(host)) and overrides every file while it is set"
    }

    static func waiting(_ helper: String) -> String { "waiting for \(TerminalText.part(helper))" }

    static func unencrypted(_ path: String, _ isDryRun: Bool) -> String {
        "the password \(isDryRun ? "would be" : "is") stored unencrypted in \(TerminalText.part(path)); a helper "
            + "named by credsStore there would protect it"
    }
}
