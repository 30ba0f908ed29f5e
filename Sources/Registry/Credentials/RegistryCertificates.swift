package import ByteIO

/// The certificates for connections to registries: those that the user names, then those in the certs.d directories of
/// docker and podman, by the registry's name and port.
///
/// Every `*.crt` is a CA certificate in addition to those of the system. `X.cert` with `X.key` is a client certificate; the
/// first pair in the first directory that has one is used. Files are read when a connection is made, not before.
package struct RegistryCertificates: Sendable {
    private static let limit = 4 << 20

    private let authorities: [String]
    private let certificate: String?
    private let key: String?
    private let systemFile: String?
    private let folders: [String]

    /// `authorities`, `certificate` and `key` are paths. Without `key`, the certificate file holds the key too.
    package init(
        authorities: [String] = [], certificate: String? = nil, key: String? = nil,
        environment: (String) -> String? = ProcessEnvironment.value
    ) {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        self.authorities = authorities
        self.certificate = certificate
        self.key = key ?? certificate
        systemFile = value("SSL_CERT_FILE")
        let home = value("HOME")
        let own = value("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }
        folders = [
            "/etc/docker/certs.d", "/etc/containers/certs.d", own.map { "\($0)/containers/certs.d" },
            own.map { "\($0)/docker/certs.d" }, home.map { "\($0)/.docker/certs.d" },
        ].compactMap(\.self)
    }

    /// Reads the certificates for the registry `domain`. The grammar of domains excludes `/`, so the name is safe in paths.
    package func settings(for domain: String) throws(CredentialError) -> TLSSettings {
        var settings = TLSSettings()
        // The TLS library opens this file.
        if let systemFile, FileSystem.kind(of: systemFile) == .other { throw .notAFile(path: systemFile) }
        for path in authorities { settings.authorities += try Self.authorities(path) }
        if let certificate, let key {
            try Self.check(certificate, key: key)
            (settings.certificate, settings.key) = (certificate, key)
        }
        for folder in folders { try add("\(folder)/\(domain)", to: &settings) }
        return settings
    }

    private func add(_ folder: String, to settings: inout TLSSettings) throws(CredentialError) {
        // Like podman, ignores a directory that is absent or unreadable.
        guard let names = try? FileSystem.entries(of: folder).sorted() else { return }
        let known = Set(names)
        for name in names {
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".crt") {
                // Removed packages leave dangling links, which are ignored.
                if FileSystem.kind(of: path) != nil { settings.authorities += try Self.authorities(path) }
            } else if name.hasSuffix(".cert") {
                let key = String(name.dropLast(".cert".count)) + ".key"
                guard known.contains(key) else { throw .otherHalfMissing(path: path, other: "\(folder)/\(key)") }
                guard settings.certificate == nil else { continue }
                try Self.check(path, key: "\(folder)/\(key)")
                (settings.certificate, settings.key) = (path, "\(folder)/\(key)")
            } else if name.hasSuffix(".key") {
                let certificate = String(name.dropLast(".key".count)) + ".cert"
                guard known.contains(certificate) else {
                    throw .otherHalfMissing(path: path, other: "\(folder)/\(certificate)")
                }
            }
        }
    }

    private static func authorities(_ path: String) throws(CredentialError) -> [UInt8] {
        let bytes = try ConfigurationFile.credentialBytes(of: path, limit: limit)
        guard holdsCertificate(bytes) else { throw .notCertificate(path: path) }
        // The certificates of the next file must start on a new line.
        return bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
    }

    private static func check(_ certificate: String, key: String) throws(CredentialError) {
        let bytes = try ConfigurationFile.credentialBytes(of: certificate, limit: limit)
        guard holdsCertificate(bytes) else { throw .notCertificate(path: certificate) }
        let other = key == certificate ? bytes : try ConfigurationFile.credentialBytes(of: key, limit: limit)
        guard holds(other, "PRIVATE KEY-----") else { throw .notKey(path: key) }
    }

    private static func holdsCertificate(_ bytes: [UInt8]) -> Bool {
        holds(bytes, "-----BEGIN CERTIFICATE-----") || holds(bytes, "-----BEGIN TRUSTED CERTIFICATE-----")
    }

    private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            let line = String(decoding: line, as: UTF8.self).trimmingBlanks
            return line.hasPrefix("-----BEGIN ") && (line + "\n").contains(text: text)
        }
    }
}
