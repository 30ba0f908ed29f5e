internal import ByteIO
internal import ImageModel
internal import Registry

/// Sentences about who we are to registries. None of them holds a password.
enum CredentialMessage {
    static func sentence(for error: CredentialError) -> String {
        func text(_ part: String) -> String { TerminalText.escaped(part) }
        switch error {
        case .io(let failure): return FileMessage.sentence(for: failure)
        case .notJSON(let path, let error):
            return "the credentials cannot be read: \(text(path)) \(DocumentMessage.phrase(for: .notJSON(error)))"
        case .malformed(let path, ""):
            return "the credentials cannot be read: \(text(path)) holds no JSON object"
        case .malformed(let path, let member):
            return "the credentials cannot be read: \(text(member)) in \(text(path)) is not what docker writes there"
        case .malformedEntry(let path, let key):
            return
                "the credentials for \(text(key)) in \(text(path)) cannot be read: auth must be user:password in base64; "
                + "write them anew with ocimerge login"
        case .helperName(let path, let name):
            return "\(text(path)) names the credential helper '\(text(name))', which cannot be the name of one"
        case .helperMissing(let helper):
            return "the credential helper \(text(helper)) is not in PATH; install it, or take it out of the file that "
                + "names it"
        case .helperFailed(let helper, let status, ""):
            return "the credential helper \(text(helper)) failed with status \(status)"
        case .helperFailed(let helper, let status, let said):
            return "the credential helper \(text(helper)) failed with status \(status): \(text(said))"
        case .helperAnswer(let helper):
            return "the credential helper \(text(helper)) gave an answer that cannot be understood"
        case .noPlace:
            return "there is no file to keep the password in: HOME is not set; name one with --authfile FILE"
        case .notCertificate(let path): return "\(text(path)) holds no certificate in PEM form"
        case .notKey(let path): return "\(text(path)) holds no private key in PEM form"
        case .otherHalfMissing(let path, let other):
            return
                "\(text(path)) stands without \(text(other)); X.cert and X.key belong together, and the certificate of an "
                + "authority is named X.crt"
        case .emptyPassword: return "the password is empty"
        case .unusablePassword: return "the password is not a text in UTF-8"
        case .unusableUser(""): return "the user name is empty"
        case .unusableUser(let user):
            return "'\(text(user))' cannot be a user name: it holds a colon or a control character"
        case .noTerminal:
            return "there is no terminal to ask on; write --username USER --password-stdin"
        }
    }

    static func sentence(for error: RegistryHostError) -> String {
        "'\(TerminalText.escaped(Userinfo.cut(from: error.text)))' is not the name of a registry; write HOST[:PORT], e.g. "
            + "registry.example:5000"
    }

    static func unheard(_ name: String, _ host: String) -> String {
        "\(name) in the environment names \(TerminalText.escaped(host)) too and is asked before every file: it counts as "
            + "long as it is set"
    }

    static func unencrypted(_ path: String, _ isDryRun: Bool) -> String {
        "the password \(isDryRun ? "would be" : "is") kept unencrypted in \(TerminalText.escaped(path)); a helper that "
            + "credsStore names there would keep it safer"
    }
}
