/// Programs that run the command in their arguments. What they run is not checked.
enum Wrappers {
    private static let names: Set<String> = [
        "tini", "tini-static", "dumb-init", "docker-init", "catatonit", "env", "su-exec", "gosu", "setpriv", "sudo",
        "su", "runuser", "chroot", "nice", "ionice", "nohup", "timeout", "stdbuf", "setsid", "xargs", "s6-svscan",
        "busybox",
        "sh", "bash", "dash", "ash",
    ]

    /// `nil` if the command is no wrapper.
    static func name(_ word: String) -> String? {
        let name = String(decoding: FilePath(word).name, as: UTF8.self)
        return names.contains(name) ? name : nil
    }
}
