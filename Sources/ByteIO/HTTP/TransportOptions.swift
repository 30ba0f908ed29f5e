/// By what servers are known, and by what we are known to them.
package struct TLSSettings: Sendable, Equatable {
    /// Certificates (PEM) of authorities beside those of the system.
    package var authorities: [UInt8]
    /// In the place of the system's: a file of certificates, and a folder of them (paths).
    package var systemFile: String?
    package var systemFolder: String?
    /// Path of our own certificate (PEM), and of its key.
    package var certificate: String?
    package var key: String?
    /// Whatever the server shows is believed.
    package var isUnchecked: Bool

    package init(
        authorities: [UInt8] = [], systemFile: String? = nil, systemFolder: String? = nil, certificate: String? = nil,
        key: String? = nil, isUnchecked: Bool = false
    ) {
        self.authorities = authorities
        self.systemFile = systemFile
        self.systemFolder = systemFolder
        self.certificate = certificate
        self.key = key
        self.isUnchecked = isUnchecked
    }

    /// Somebody has named a certificate or an authority for this server: it is spoken to by TLS.
    package var namesSomebody: Bool { !authorities.isEmpty || certificate != nil }
}
