package import ByteIO

/// By what registries are known, and by what we are known to them: what the user said, then the certs.d folders of docker
/// and podman, by the registry's name and port.
///
/// Every `*.crt` there is an authority beside those of the system. `X.cert` with `X.key` is ours; the first pair of the
/// first folder that has one is shown.
package struct RegistryCertificates: Sendable {
    private static let limit = 4 << 20

    private let stated: TLSSettings
    private let folders: [String]

    /// Paths as the user typed them: `authorities` are read now, and all that is wrong with them is said now.
    package init(
        authorities: [String] = [], certificate: String? = nil, key: String? = nil,
        environment: (String) -> String? = ProcessEnvironment.value
    ) throws(CredentialError) {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        var stated = TLSSettings()
        for path in authorities { stated.authorities += try Self.authorities(path) }
        if let certificate {
            let keyPath = key ?? certificate
            try Self.check(certificate, key: keyPath)
            (stated.certificate, stated.key) = (certificate, keyPath)
        }
        (stated.systemFile, stated.systemFolder) = (value("SSL_CERT_FILE"), value("SSL_CERT_DIR"))
        self.stated = stated
        let home = value("HOME")
        let own = value("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }
        folders = [
            "/etc/docker/certs.d", "/etc/containers/certs.d", own.map { "\($0)/containers/certs.d" },
            own.map { "\($0)/docker/certs.d" }, home.map { "\($0)/.docker/certs.d" },
        ].compactMap(\.self)
    }

    /// `domain`: as images name it, which is no path by its grammar.
    package func settings(for domain: String) throws(CredentialError) -> TLSSettings {
        var settings = stated
        for folder in folders { try add("\(folder)/\(domain)", to: &settings) }
        return settings
    }

    private func add(_ folder: String, to settings: inout TLSSettings) throws(CredentialError) {
        // Absent, or not for us: podman passes over both.
        guard let names = try? FileSystem.entries(of: folder).sorted() else { return }
        let known = Set(names)
        for name in names {
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".crt") {
                // A link to nowhere is what a removed package leaves.
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
        let bytes = try bytes(path)
        guard holdsCertificate(bytes) else { throw .notCertificate(path: path) }
        // The next file begins on a line of its own.
        return bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
    }

    private static func check(_ certificate: String, key: String) throws(CredentialError) {
        let bytes = try bytes(certificate)
        guard holdsCertificate(bytes) else { throw .notCertificate(path: certificate) }
        let other = key == certificate ? bytes : try Self.bytes(key)
        guard holds(other, "PRIVATE KEY-----") else { throw .notKey(path: key) }
    }

    private static func holdsCertificate(_ bytes: [UInt8]) -> Bool {
        holds(bytes, "-----BEGIN CERTIFICATE-----") || holds(bytes, "-----BEGIN TRUSTED CERTIFICATE-----")
    }

    private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            let line = String(decoding: line, as: UTF8.self).trimmingBlanks
            return line.hasPrefix("-----BEGIN ") && (line + "\n").contains(text)
        }
    }

    private static func bytes(_ path: String) throws(CredentialError) -> [UInt8] {
        do throws(IOFailure) { return try SmallInput.bytes(of: path, limit: limit) } catch { throw .io(error) }
    }
}
