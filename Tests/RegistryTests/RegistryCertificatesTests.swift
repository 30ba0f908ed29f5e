import ByteIO
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The sources of certificates. The certificates are not real: the TLS library parses them.
struct RegistryCertificatesTests {
    private let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    private let key = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"

    private func certificates(
        _ home: borrowing CredentialHome, _ more: [String: String] = [:], authorities: [String] = [],
        certificate: String? = nil, key: String? = nil
    ) -> RegistryCertificates {
        let all = home.environment(more)
        return RegistryCertificates(authorities: authorities, certificate: certificate, key: key) { all[$0] }
    }

    @Test func directoriesOfTheRegistryAreRead() throws {
        let home = try CredentialHome()
        try home.write("A\n" + certificate, "home/.config/containers/certs.d/r.example:5000/a.crt")
        try home.write(
            certificate.replacingOccurrences(of: "\n", with: "\r\n"), "home/.docker/certs.d/r.example:5000/b.crt")
        try home.write(certificate, "home/.config/docker/certs.d/r.example:5000/me.cert")
        try home.write(key, "home/.config/docker/certs.d/r.example:5000/me.key")
        try home.write("what is this", "home/.config/docker/certs.d/r.example:5000/README")
        let found = try certificates(home).settings(for: "r.example:5000")
        #expect(String(decoding: found.authorities, as: UTF8.self).hasPrefix("A\n-----BEGIN CERTIFICATE-----\nAAAA\n"))
        #expect(String(decoding: found.authorities, as: UTF8.self).hasSuffix("-----END CERTIFICATE-----\r\n"))
        let folder = home.directory.path("home/.config/docker/certs.d/r.example:5000")
        #expect(found.certificate == "\(folder)/me.cert")
        #expect(found.key == "\(folder)/me.key")
        for other in ["r.example", "docker.io"] {
            #expect(try certificates(home).settings(for: other) == TLSSettings())
        }
        let moved = ["XDG_CONFIG_HOME": "/nowhere"]
        #expect(try certificates(home, moved).settings(for: "r.example:5000").certificate == nil)
    }

    @Test func optionsPrecedeDirectories() throws {
        let home = try CredentialHome()
        try home.write(certificate, "ca.pem")
        try home.write(certificate + key, "both.pem")
        try home.write(certificate, "home/.docker/certs.d/docker.io/x.cert")
        try home.write(key, "home/.docker/certs.d/docker.io/x.key")
        let both = home.directory.path("both.pem")
        let found = try certificates(
            home, authorities: [home.directory.path("ca.pem")], certificate: both
        ).settings(for: "docker.io")
        #expect(found == TLSSettings(authorities: Array(certificate.utf8), certificate: both, key: both))
        #expect(
            try certificates(home).settings(for: "docker.io").key
                == home.directory.path("home/.docker/certs.d/docker.io/x.key"))
    }

    @Test func incompletePairsAreReported() throws {
        let home = try CredentialHome()
        let folder = home.directory.path("home/.docker/certs.d/r.example")
        try home.write(certificate, "home/.docker/certs.d/r.example/x.cert")
        #expect(throws: CredentialError.otherHalfMissing(path: "\(folder)/x.cert", other: "\(folder)/x.key")) {
            try certificates(home).settings(for: "r.example")
        }
        try FileManager.default.moveItem(atPath: "\(folder)/x.cert", toPath: "\(folder)/y.key")
        #expect(throws: CredentialError.otherHalfMissing(path: "\(folder)/y.key", other: "\(folder)/y.cert")) {
            try certificates(home).settings(for: "r.example")
        }
    }

    @Test func filesWithoutCertificateOrKeyAreReported() throws {
        let home = try CredentialHome()
        let junk = home.directory.path("junk")
        try home.write("junk", "junk")
        try home.write(certificate, "ca.pem")
        let real = home.directory.path("ca.pem")
        func failure(
            authorities: [String] = [], certificate: String? = nil, key: String? = nil
        ) -> CredentialError? {
            let stated = certificates(home, authorities: authorities, certificate: certificate, key: key)
            return #expect(throws: CredentialError.self) { try stated.settings(for: "r.example") }
        }
        #expect(failure(authorities: [junk]) == .notCertificate(path: junk))
        #expect(failure(certificate: junk) == .notCertificate(path: junk))
        #expect(failure(certificate: real) == .notKey(path: real))
        #expect(failure(certificate: real, key: junk) == .notKey(path: junk))
        guard case .io(let absence) = failure(authorities: ["/nowhere"]) else {
            Issue.record("not a file error")
            return
        }
        #expect(absence.isAbsence)
        try home.write("junk", "home/.docker/certs.d/r.example/x.crt")
        let path = home.directory.path("home/.docker/certs.d/r.example/x.crt")
        #expect(throws: CredentialError.notCertificate(path: path)) {
            try certificates(home).settings(for: "r.example")
        }
    }

    /// The open of a FIFO without a writer would wait.
    @Test(.mustEnd) func onlyRegularFilesAreRead() throws {
        let home = try CredentialHome()
        try home.write(certificate + key, "both.pem")
        let both = home.directory.path("both.pem")
        let fifo = home.directory.path("fifo")
        try Program.run("mkfifo", [fifo])
        for path in [fifo, "/dev/zero"] {
            for stated in [
                certificates(home, authorities: [path]), certificates(home, certificate: path),
                certificates(home, certificate: both, key: path), certificates(home, ["SSL_CERT_FILE": path]),
            ] {
                #expect(throws: CredentialError.notAFile(path: path)) { try stated.settings(for: "r.example") }
            }
        }
        let folder = "home/.docker/certs.d/r.example"
        try home.write("", "\(folder)/README")
        let crt = home.directory.path("\(folder)/x.crt")
        try Program.run("mkfifo", [crt])
        #expect(throws: CredentialError.notAFile(path: crt)) { try certificates(home).settings(for: "r.example") }
        try FileManager.default.removeItem(atPath: crt)
        let cert = home.directory.path("\(folder)/x.cert")
        try Program.run("mkfifo", [cert, home.directory.path("\(folder)/x.key")])
        #expect(throws: CredentialError.notAFile(path: cert)) { try certificates(home).settings(for: "r.example") }
    }

    @Test func danglingLinksAreIgnored() throws {
        let home = try CredentialHome()
        let folder = home.directory.path("home/.docker/certs.d/r.example")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/x.crt", withDestinationPath: "/nowhere")
        #expect(try certificates(home).settings(for: "r.example") == TLSSettings())
    }
}
