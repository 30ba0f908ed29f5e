import TestSupport
import Testing

/// A registry and the options that a tool needs for it.
struct RegistryPeer: CustomTestStringConvertible, Sendable {
    let server: Registries.Server

    var testDescription: String { server.rawValue.lowercased() }

    static let all = [Registries.Server.plain, .htpasswd, .tls, .mutual, .token].map(RegistryPeer.init)

    var hasTLS: Bool { server == .tls || server == .mutual }
    var wantsPassword: Bool { server == .htpasswd || server == .token }

    /// The reference docker://PLACE/REPOSITORY:TAG.
    func name(_ repository: String, _ tag: String = "1.0") -> String { "docker://\(server.place)/\(repository):\(tag)" }

    /// Options of skopeo, which begin with `--`, `--src-` or `--dest-`. `certificates` is the directory of
    /// certificates.
    func options(_ side: String = "--", certificates: String) -> [String] {
        (hasTLS ? ["\(side)cert-dir", certificates] : ["\(side)tls-verify=false"])
            + (wantsPassword ? ["\(side)creds", "\(Registries.user):\(Registries.password)"] : [])
    }

    /// The certificate files, named as skopeo, podman and docker read them below certs.d.
    static func certificates(in folder: String, ours: Bool) throws -> String {
        let path = folder + (ours ? "/certs" : "/certs-without-ours")
        try Program.run("mkdir", ["-p", path])
        try Program.run("cp", [Registries.authority, path + "/ca.crt"])
        if ours {
            try Program.run("cp", [Registries.certificate, path + "/client.cert"])
            try Program.run("cp", [Registries.key, path + "/client.key"])
        }
        return path
    }

    func certificates(in folder: String) throws -> String {
        try RegistryPeer.certificates(in: folder, ours: server == .mutual)
    }
}
