import ByteIO
import ImageModel
import Registry
import Testing

@testable import ocimerge

@Suite struct CredentialMessageTests {
    static let sentences: [(CredentialError, String)] = [
        (.io(IOFailure(.run, "/bin/x", .overdue(seconds: 300))), "/bin/x did not end within 300 seconds"),
        (
            .notJSON(path: "c\u{1b}", JSONError(offset: 3, reason: .unexpectedEnd)),
            #"cannot read credentials: c\u{1b} is not valid JSON: it ends too early at byte 3"#
        ),
        (
            .notAFile(path: "c"), "c is not a regular file, so no credentials or certificates are read from it"
        ),
        (.malformed(path: "c", member: ""), "cannot read credentials: c holds no JSON object"),
        (
            .malformed(path: "c", member: "auths"),
            "cannot read credentials: auths in c is not in docker's format"
        ),
        (
            .malformedEntry(path: "c", key: "r"),
            "cannot read the credentials for r in c: auth must be user:password in base64; log in again with "
                + "ocimerge login"
        ),
        (
            .helperName(path: "c", name: "../x"),
            "c names the credential helper '../x', which is not a valid helper name"
        ),
        (
            .helperMissing(helper: "h"),
            "the credential helper h is not in PATH; install it, or remove it from the file that names it"
        ),
        (.helperFailed(helper: "h", status: 1, output: ""), "the credential helper h failed with status 1"),
        (.helperFailed(helper: "h", status: 1, output: "no\n"), #"the credential helper h failed with status 1: no\n"#),
        (.helperAnswer(helper: "h"), "the credential helper h gave an invalid answer"),
        (
            .helperOverdue(helper: "h", seconds: 30),
            "the credential helper h gave no answer within 30 seconds and was ended; run it by hand, or remove it from "
                + "the file that names it"
        ),
        (.noPlace, "cannot store the password: HOME is not set; name a file with --authfile FILE"),
        (.notCertificate(path: "c"), "c holds no certificate in PEM form"),
        (.notKey(path: "c"), "c holds no private key in PEM form"),
        (
            .otherHalfMissing(path: "x.cert", other: "x.key"),
            "x.cert lacks x.key; a client certificate is X.cert with X.key, and that of an authority is X.crt"
        ),
        (.emptyPassword, "the password is empty"), (.unusablePassword, "the password is not a text in UTF-8"),
        (.unusableUser(""), "the user name is empty"),
        (.noTerminal, "cannot ask for user and password: there is no terminal; write --username USER --password-stdin"),
    ]

    @Test(arguments: sentences)
    func says(_ error: CredentialError, _ sentence: String) {
        #expect(error.sentence == sentence)
    }

    @Test func severalRegistriesForOneUser() {
        #expect(
            UsageError.severalRegistries("a.example", "b.example").sentence
                == "--username is for one registry, but 'a.example' and 'b.example' are named; log in to each with "
                + "ocimerge login")
    }

    @Test func theRegistriesOfALineComeFromItsReferences() {
        #expect(
            RegistryOpening.registries(of: [
                "docker://r.example/a:1", "docker://r.example/b@sha256:x=linux/arm", "docker://busybox", "r.example/c",
                "docker://s.example:5000/x=linux/s390x", "docker://", "./docker://t.example/x",
            ]) == ["r.example", "docker.io", "s.example:5000"])
    }
}
